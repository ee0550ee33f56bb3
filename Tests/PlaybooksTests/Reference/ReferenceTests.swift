import Plans
import Playbooks
import Testing
import Vocabulary

/// Every YAML block of the reference documents (`reference.txt`) and every key of the formats that they do not spell out (`formats.txt`).
///
/// Blocks that say one thing several ways are several examples. What a block leaves out comes from `base.yaml`.
@Suite struct ReferenceTests {
    static let blocks = Example.all(in: "reference.txt")
    static let examples = blocks + Example.all(in: "formats.txt")
    static let options = PlaybookOptions(environment: ["HOME": "/home/me"])

    /// The values of an example and what was made of them; none where it is refused.
    static func places(in example: Example) -> [Place] {
        let reading = read(example.completed, options: options)
        guard let plan = reading.plan else { return [] }
        let written = Written.all(in: example.completed)
        let own = Written.all(in: example.playbook).count
        return written.prefix(own).map { Place(written: $0, all: written, plan: plan, problems: reading.problems) }
    }

    @Test("what is to be said of a block is said", arguments: ["reference.txt", "formats.txt"])
    func told(file: String) throws {
        let told = Example.all(in: file).map { $0.saying(problems($0.completed, options: Self.options)) }
        try expect(told.joined(), in: "Tests/Fixtures/playbooks/\(file)")
    }

    @Test("a value of a block is the plan's, or told of where it changes nothing", arguments: examples)
    func values(example: Example) throws {
        for place in Self.places(in: example) {
            if Self.isOld(place.written.key) {
                #expect(try Meaning.warnedOf.planned(place) == place.written.text, "\(place.written)")
                continue
            }
            let meaning = try #require(Meaning.all[place.written.key], "\(place.written) has no meaning")
            guard let planned = try meaning.planned(place) else {
                let isIdle = Self.idle[example.name]?.contains { place.written.key.hasPrefix($0) } == true
                #expect(isIdle, "\(place.written): nothing depends on it in \(example.name)")
                continue
            }
            let expected = meaning.spelling.plain(place.written.text)
            let isTold = try Meaning.warnedOf.planned(place) == place.written.text
            #expect(planned == expected || isTold, "\(place.written)")
        }
    }

    /// Keys that come to nothing, for what stands beside them in the same example.
    private static let idle: [String: Set<String>] = [
        // Sets without a count make nothing, as they are told.
        "syntax-0348-1": ["prepare.ensure_objects[]"], "syntax-0348-2": ["prepare.ensure_objects[]"],
        // The stage's barrier, each agent's concurrency and endpoints are more specific.
        "syntax-1118": ["distributed.barrier_sync."], "syntax-1456": ["concurrency"], "guide-0523": ["concurrency", "multi_endpoint."],
        // Cleanup alone needs none of prepare's ways.
        "syntax-1929": ["prepare.prepare_strategy", "prepare.post_prepare_delay", "prepare.skip_verification"],
        "syntax-1998": ["prepare.skip_verification"], "cleanup_only": ["prepare.skip_verification"],
        // Over SSH no agent listens; written stages say themselves whether there is a cleanup.
        "syntax-1334": ["distributed.agents[].listen_port"], "agents": ["distributed.agents[].listen_port"],
        "barriers": ["prepare.cleanup"],
    ]

    private static func isOld(_ key: String) -> Bool {
        PlaybookKey.all.contains { known in
            if case .old = known.status { key == known.path || key.hasPrefix(known.path + ".") } else { false }
        }
    }

    @Test("what is refused is no YAML, no playbook, or marked as wrong in the documents", arguments: blocks)
    func refusals(example: Example) {
        let reasons = ["not YAML", "brace expansions are not patterns", "fits nothing that prepare makes"]
        for problem in errors(example.completed, options: Self.options) where !example.name.hasPrefix("worker-") {
            #expect(reasons.contains { problem.what.hasPrefix($0) }, "\(problem)")
        }
    }

    // The guide has one block more, of comments alone.
    @Test("all blocks are there, and most are taken")
    func there() {
        let names = Self.blocks.map { $0.name.split(separator: "-").prefix(2).joined(separator: "-") }
        let counts = Dictionary(grouping: Set(names)) { $0.prefix(while: { $0 != "-" }) }.mapValues(\.count)
        #expect(counts == ["syntax": 99, "guide": 12, "live": 1, "worker": 4])
        let refused = Self.blocks.filter { !errors($0.completed, options: Self.options).isEmpty }.map(\.name)
        #expect(refused.filter { !$0.hasPrefix("worker-") } == ["syntax-1803", "syntax-2255", "syntax-2285", "guide-0438"])
    }

    @Test("every key of the format has come to something in some example", arguments: Meaning.all.keys.sorted())
    func everyKey(key: String) throws {
        let places = Self.allPlaces[key] ?? []
        let met = try places.contains { try Meaning.all[key]?.planned($0) != nil }
        #expect(met || Self.spellings.contains { key.contains($0) }, "no example says \(key)")
    }

    private static let allPlaces = Dictionary(grouping: examples.flatMap(places), by: \.written.key)

    /// Keys that stand in several places are shown in one of them.
    private static let spellings = [
        "size_distribution", "size_spec", "object_size.", "prepare.tree.", "barrier_sync.", "stages[].barrier.", "stages[].config.",
        "stages[].expected", "stages[].duration", "stages[].max_duration", "stages[].command", "stages[].args", "stages[].type",
    ]
}
