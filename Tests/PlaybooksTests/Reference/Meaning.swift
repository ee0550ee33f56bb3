import Plans
import Playbooks
import Vocabulary

/// What a key of the format has come to in a plan.
struct Meaning: Sendable {
    let spelling: Spelling
    /// The plan's value as `spelling` has it; nil where nothing in this plan depends on the key.
    let planned: @Sendable (Place) throws -> String?

    init(_ spelling: Spelling, _ planned: @escaping @Sendable (Place) throws -> String?) {
        self.spelling = spelling
        self.planned = planned
    }

    static func seconds(_ planned: @escaping @Sendable (Place) throws -> Duration?) -> Meaning {
        Meaning(.seconds) { place in try planned(place).map(plain) }
    }

    static func bytes(_ planned: @escaping @Sendable (Place) throws -> ByteCount?) -> Meaning {
        Meaning(.bytes) { place in try planned(place).map { "\(Double($0.bytes))" } }
    }

    static func number(_ planned: @escaping @Sendable (Place) throws -> Int?) -> Meaning {
        Meaning(.number) { place in try planned(place).map { "\(Double($0))" } }
    }

    static func boolean(_ planned: @escaping @Sendable (Place) throws -> Bool?) -> Meaning {
        Meaning(.boolean) { place in try planned(place).map { "\($0)" } }
    }

    /// A key that changes nothing, of which a warning is to tell.
    static let warnedOf = Meaning(.text) { place in
        let told = place.problems.contains { place.isTold(in: $0) && $0.severity == .warning }
        return told ? place.written.text : "a warning"
    }

    static func plain(_ duration: Duration) -> String { "\(duration.inSeconds)" }
}

/// A written value, and all that was made of the playbook that it stands in.
struct Place: Sendable {
    let written: Written
    let all: [Written]
    let plan: Plan
    let problems: [Problem]

    /// The number of the `depth`th list entry on the way; 0 where no list is.
    func index(_ depth: Int = 0) -> Int { written.indices.indices.contains(depth) ? written.indices[depth] : 0 }

    /// What is written for another key, in the same entries of lists.
    func sibling(_ key: String) -> String? {
        let depth = key.count { $0 == "[" }
        return all.first { $0.key == key && $0.indices.prefix(depth) == written.indices.prefix(depth) }?.text
    }

    func isWritten(_ key: String) -> Bool { all.contains { $0.key == key || $0.key.hasPrefix(key + ".") || $0.key.hasPrefix(key + "[") } }

    func isTold(in problem: Problem) -> Bool {
        var key = ""
        var rest = written.indices[...]
        for character in written.key {
            if character == "]", let index = rest.popFirst() { key += "\(index)" }
            key.append(character)
        }
        return problem.key == key || key.hasPrefix(problem.key + ".") || key.hasPrefix(problem.key + "[")
    }

    var agent: AgentPlan { plan.agents[index()] }
    /// Agents for which nothing of their own is written beside `key`.
    func agents(without key: String) -> [AgentPlan] {
        let own = Set(all.filter { $0.key == key || $0.key.hasPrefix(key + ".") }.compactMap(\.indices.first))
        return plan.agents.enumerated().filter { !own.contains($0.offset) }.map(\.element)
    }

    var loads: [LoadWork] { plan.agents.flatMap(\.loads) }
    var prepares: [PrepareWork] {
        plan.agents.flatMap(\.stages).compactMap { stage in if case .prepare(let work) = stage.work { work } else { nil } }
    }
    var cleanups: [CleanupWork] {
        plan.agents.flatMap(\.stages).compactMap { stage in if case .cleanup(let work) = stage.work { work } else { nil } }
    }

    /// The stage that the entry of `distributed.stages` has become.
    func stage() throws -> StagePlan? {
        let name = all.first { $0.key == "distributed.stages[].name" && $0.indices.first == index() }?.text
        return plan.stages.first { $0.name == name }
    }

    func works() throws -> [StageWork] {
        guard let stage = try stage() else { return [] }
        return plan.agents.compactMap { agent in agent.stages.first { $0.name == stage.name }?.work }
    }

    /// The operation that the entry of `workload` has become, for the first agent.
    var operation: LoadOperation? { loads.first.flatMap { $0.operations.indices.contains(index()) ? $0.operations[index()] : nil } }

    /// The set that the entry of `ensure_objects` has become: neither a tree's files nor a pool for DELETE.
    var set: ObjectSet? {
        let sets = (prepares.first?.sets ?? cleanups.first?.sets ?? []).filter { $0.namePrefix.hasPrefix("prepared-") }
        return sets.indices.contains(index()) ? sets[index()] : nil
    }

    var tree: DirectoryTree? { prepares.first?.trees.first ?? cleanups.first?.trees.first }

    /// The one value of all `values`; nil where there are none or several.
    func common<T: Equatable>(_ values: [T]) -> T? {
        guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
        return first
    }
}

extension AgentPlan {
    var loads: [LoadWork] { stages.compactMap { stage in if case .load(let work) = stage.work { work } else { nil } } }

    /// Workers of all that it does.
    var workers: Set<Int> {
        Set(
            stages.compactMap { stage in
                switch stage.work {
                case .load(let work): work.workers
                case .prepare(let work): work.workers
                case .cleanup(let work): work.workers
                case .validation, .custom, .replay: nil
                }
            })
    }
}
