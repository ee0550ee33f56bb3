import Plans
import Vocabulary
import Workloads

/// What a plan will cost, told before any host is touched: objects and bytes that prepare makes, and bounds of the time.
struct PlanEstimate {
    /// Bytes a second that an agent is taken to write while it prepares.
    static let assumedRate = 100.0 * 1_048_576

    /// Of all agents together; where there is no prepare stage, what cleanup deletes.
    private(set) var objects = 0
    private(set) var directories = 0
    private(set) var bytes = ByteCount.zero
    /// Loads, and delays that are waited in any case.
    private(set) var least = Duration.zero
    /// All timeouts and waits at barriers together.
    private(set) var most = Duration.zero
    /// Of the agent with the most to write, at `assumedRate`.
    private(set) var preparing = Duration.zero
    /// Mean of what a GET or PUT transfers, by weight; nil without either.
    private(set) var bytesPerOperation: ByteCount?

    init(_ plan: Plan) {
        for agent in plan.agents { add(agent) }
        least = plan.stages.compactMap(\.plannedDuration).reduce(.zero, +)
        most = plan.stages.reduce(.zero) { $0 + $1.timeout + ($1.barrier?.wait ?? .zero) }
        if plan.stages.contains(where: \.beginsTogether) {
            least += plan.policy.startDelay
            most += plan.policy.startDelay
        }
        most += plan.policy.agentReadyTimeout
        bytesPerOperation = Self.transfers(of: plan.agents[0])
    }

    private mutating func add(_ agent: AgentPlan) {
        let (sets, trees) = agent.storage
        var own = 0.0
        for set in sets {
            let count = set.share.portion(of: set.count)
            objects += count
            own += Double(count) * Double(set.sizes.mean.bytes)
        }
        for tree in trees {
            let (files, folders) = tree.parts
            objects += files
            directories += folders
            own += Double(files) * Double(tree.sizes.mean.bytes)
        }
        guard !agent.prepares.isEmpty else { return }
        bytes += ByteCount(Int64(min(own, 9e18 - Double(bytes.bytes))))
        preparing = max(preparing, .seconds((own / Self.assumedRate).rounded(.up)))
    }

    private static func transfers(of agent: AgentPlan) -> ByteCount? {
        guard let work = agent.loads.first else { return nil }
        var (weight, bytes) = (0.0, 0.0)
        for operation in work.operations where operation.weight > 0 {
            let read = operation.kind == .get ? work.knownSets.first { operation.uri.hasPrefix($0.base) }?.sizes.mean : nil
            guard let size = operation.sizes?.mean ?? read else { continue }
            weight += operation.weight
            bytes += operation.weight * Double(size.bytes)
        }
        return weight > 0 ? ByteCount(Int64(bytes / weight)) : nil
    }
}

extension AgentPlan {
    var loads: [LoadWork] { stages.compactMap { stage in if case .load(let work) = stage.work { work } else { nil } } }
    var prepares: [PrepareWork] { stages.compactMap { stage in if case .prepare(let work) = stage.work { work } else { nil } } }
    var cleanups: [CleanupWork] { stages.compactMap { stage in if case .cleanup(let work) = stage.work { work } else { nil } } }

    /// What the agent has on the storage: the same in every one of its stages.
    var storage: (sets: [ObjectSet], trees: [DirectoryTree]) {
        if let work = prepares.first { return (work.sets, work.trees) }
        if let work = cleanups.first { return (work.sets, work.trees) }
        return loads.first.map { ($0.knownSets, $0.knownTrees) } ?? ([], [])
    }

    var workers: Int? { loads.first?.workers ?? prepares.first?.workers ?? cleanups.first?.workers }

    /// The kind of storage, for a person.
    var backend: String {
        let place = target ?? endpoints?.uris.first ?? loads.first?.operations.first?.uri ?? storage.sets.first?.base ?? ""
        switch place.prefix(while: { $0 != ":" }) {
        case "file": return "File"
        case "direct": return "Direct I/O"
        case "s3": return "S3"
        case "az": return "Azure Blob"
        case "gs": return "Google Cloud Storage"
        default: return "none"
        }
    }
}

extension DirectoryTree {
    /// Files and folders that fall to the agent.
    fileprivate var parts: (files: Int, folders: Int) {
        var (level, all) = (1, 0)
        for _ in 0..<depth {
            level *= width
            all += level
        }
        let files = (distribution == .bottom ? level : all) * filesPerDirectory
        return (fileShare?.portion(of: files) ?? 0, directoryShare != nil && fileShare?.index ?? 0 == 0 ? all : 0)
    }
}
