import Vocabulary

/// All that one agent is to do, with every URI, size, share and number of workers resolved for it.
package struct AgentPlan: Codable, Sendable, Equatable {
    package var id: AgentID
    /// From 1, in the playbook's order.
    package var number: Int
    package var reach: Reach
    /// Environment of the agent's process (global and its own, merged). Values may be secret: they are never logged.
    package var environment: [String: String]
    package var stages: [AgentStage]
    /// Directory on the agent's own disk for its ledger; nil: its run directory.
    package var ledgerDirectory: String?

    package init(
        id: AgentID, number: Int, reach: Reach, environment: [String: String] = [:], stages: [AgentStage],
        ledgerDirectory: String? = nil
    ) {
        self.id = id
        self.number = number
        self.reach = reach
        self.environment = environment
        self.stages = stages
        self.ledgerDirectory = ledgerDirectory
    }
}

/// How the controller comes to an agent.
package enum Reach: Codable, Sendable, Equatable {
    /// A process of this machine, started by the controller.
    case local
    /// A process on a host that is reached over SSH and started by the controller.
    case ssh(SSHDestination)
    /// An agent that somebody started by hand with `muster-agent --listen`.
    case listen(host: HostName, port: Int)
}

/// One stage as one agent performs it.
package struct AgentStage: Codable, Sendable, Equatable {
    package var order: StageOrder
    package var name: String
    package var type: StageType
    package var timeout: Duration
    package var work: StageWork

    package init(order: StageOrder, name: String, type: StageType, timeout: Duration, work: StageWork) {
        self.order = order
        self.name = name
        self.type = type
        self.timeout = timeout
        self.work = work
    }
}

package enum StageWork: Codable, Sendable, Equatable {
    /// Checks that every target of the later stages can be reached, read or written.
    case validation
    case prepare(PrepareWork)
    /// Execute and hybrid stages.
    case load(LoadWork)
    case cleanup(CleanupWork)
    case custom(CustomWork)
}

/// Which of a set's objects an agent makes or deletes: those whose index mod `count` is `index`.
package struct Share: Codable, Sendable, Hashable {
    package var index: Int
    package var count: Int

    package init(index: Int, count: Int) {
        precondition(count >= 1 && (0..<count).contains(index), "a share is one of count parts")
        self.index = index
        self.count = count
    }

    package static let whole = Share(index: 0, count: 1)

    /// How many of `total` indices fall to this share.
    package func portion(of total: Int) -> Int { total / count + (index < total % count ? 1 : 0) }
}

/// Objects that a playbook makes: `count` of them under `base`, named `<shard>/<prefix>%08d.dat`.
package struct ObjectSet: Codable, Sendable, Equatable {
    /// An absolute URI ending in `/`.
    package var base: String
    package var count: Int
    package var sizes: SizeDistribution
    package var fill: Fill
    package var dedupFactor: Int
    package var compressFactor: Int
    /// `prepared-` or, for the pool that DELETE draws from, `deletable-`.
    package var namePrefix: String
    /// 0: none; else the key is `%02x/` of (index mod shards) + name.
    package var keyPrefixShards: Int
    /// Sizes and contents follow from it and the index alone.
    package var seed: UInt64
    /// This agent's part of making and deleting; every agent reads all.
    package var share: Share

    package init(
        base: String, count: Int, sizes: SizeDistribution, fill: Fill = .random, dedupFactor: Int = 1, compressFactor: Int = 1,
        namePrefix: String = "prepared-", keyPrefixShards: Int = 0, seed: UInt64, share: Share = .whole
    ) {
        self.base = base
        self.count = count
        self.sizes = sizes
        self.fill = fill
        self.dedupFactor = dedupFactor
        self.compressFactor = compressFactor
        self.namePrefix = namePrefix
        self.keyPrefixShards = keyPrefixShards
        self.seed = seed
        self.share = share
    }
}

package enum Fill: String, Codable, Sendable, Hashable { case random, zero, prand }

/// How large the objects of a set or of a PUT are; bounds are inclusive.
package enum SizeDistribution: Codable, Sendable, Hashable {
    case fixed(ByteCount)
    case uniform(minimum: ByteCount, maximum: ByteCount)
    /// `mean` and `standardDeviation` in linear space, results clamped to the bounds.
    case lognormal(mean: Double, standardDeviation: Double, minimum: ByteCount, maximum: ByteCount)
}

/// A directory tree that a playbook makes: Σ width^level directories, `filesPerDirectory` files in the deepest or in all.
package struct DirectoryTree: Codable, Sendable, Equatable {
    package enum Distribution: String, Codable, Sendable { case bottom, all }

    /// An absolute URI ending in `/`.
    package var base: String
    package var width: Int
    package var depth: Int
    package var filesPerDirectory: Int
    package var distribution: Distribution
    /// `%d` depth, `%d` width index.
    package var directoryMask: String
    package var sizes: SizeDistribution
    package var fill: Fill
    package var seed: UInt64
    /// Who makes the directories: nil, somebody else does; else this agent's part.
    package var directoryShare: Share?
    /// This agent's part of the files; nil: somebody else makes them.
    package var fileShare: Share?

    package init(
        base: String, width: Int, depth: Int, filesPerDirectory: Int, distribution: Distribution, directoryMask: String,
        sizes: SizeDistribution, fill: Fill, seed: UInt64, directoryShare: Share?, fileShare: Share?
    ) {
        self.base = base
        self.width = width
        self.depth = depth
        self.filesPerDirectory = filesPerDirectory
        self.distribution = distribution
        self.directoryMask = directoryMask
        self.sizes = sizes
        self.fill = fill
        self.seed = seed
        self.directoryShare = directoryShare
        self.fileShare = fileShare
    }
}

package struct PrepareWork: Codable, Sendable, Equatable {
    package enum Strategy: String, Codable, Sendable { case sequential, parallel }

    package var sets: [ObjectSet]
    package var trees: [DirectoryTree]
    package var strategy: Strategy
    package var workers: Int
    /// Assume that everything exists and write nothing (unless `forceOverwrite`).
    package var skipVerification: Bool
    package var forceOverwrite: Bool
    /// Waited after making something, not where all existed.
    package var delayAfter: Duration

    package init(
        sets: [ObjectSet], trees: [DirectoryTree] = [], strategy: Strategy = .sequential, workers: Int,
        skipVerification: Bool = false, forceOverwrite: Bool = false, delayAfter: Duration = .zero
    ) {
        self.sets = sets
        self.trees = trees
        self.strategy = strategy
        self.workers = workers
        self.skipVerification = skipVerification
        self.forceOverwrite = forceOverwrite
        self.delayAfter = delayAfter
    }
}

/// Load on the storage: workers that draw operations by weight until the duration or the number of tasks is reached.
package struct LoadWork: Codable, Sendable, Equatable {
    /// nil: bounded by `taskLimit` alone.
    package var duration: Duration?
    /// Operations of this agent after which it ends; nil: bounded by `duration` alone.
    package var taskLimit: UInt64?
    /// Left out of every reported figure.
    package var warmup: Duration
    package var workers: Int
    /// At least one with a positive weight.
    package var operations: [LoadOperation]
    /// What prepare makes, so that patterns resolve to names without listing.
    package var knownSets: [ObjectSet]
    package var knownTrees: [DirectoryTree]
    package var pageCache: PageCacheMode
    /// Longest time for one operation.
    package var operationTimeout: Duration
    package var errors: ErrorPolicy
    package var seed: UInt64

    package init(
        duration: Duration?, taskLimit: UInt64? = nil, warmup: Duration = .zero, workers: Int, operations: [LoadOperation],
        knownSets: [ObjectSet] = [], knownTrees: [DirectoryTree] = [], pageCache: PageCacheMode = .auto,
        operationTimeout: Duration = .seconds(120), errors: ErrorPolicy = ErrorPolicy(), seed: UInt64
    ) {
        self.duration = duration
        self.taskLimit = taskLimit
        self.warmup = warmup
        self.workers = workers
        self.operations = operations
        self.knownSets = knownSets
        self.knownTrees = knownTrees
        self.pageCache = pageCache
        self.operationTimeout = operationTimeout
        self.errors = errors
        self.seed = seed
    }
}

package struct LoadOperation: Codable, Sendable, Equatable {
    package var kind: OperationKind
    /// An absolute URI: for get, stat and delete a glob (`*`), for put, list, mkdir and rmdir a prefix.
    /// `{}` in a put's or mkdir's is replaced by a fresh random number; without it `obj_<random u64>` is appended.
    package var uri: String
    package var weight: Double
    /// put only.
    package var sizes: SizeDistribution?
    package var fill: Fill
    /// Workers that may be in this operation at once; nil: no bound of its own.
    package var concurrency: Int?
    /// rmdir only.
    package var recursive: Bool

    package init(
        kind: OperationKind, uri: String, weight: Double, sizes: SizeDistribution? = nil, fill: Fill = .random,
        concurrency: Int? = nil, recursive: Bool = false
    ) {
        self.kind = kind
        self.uri = uri
        self.weight = weight
        self.sizes = sizes
        self.fill = fill
        self.concurrency = concurrency
        self.recursive = recursive
    }
}

package enum PageCacheMode: String, Codable, Sendable, Hashable { case auto, sequential, random, dontneed, normal }

/// `error_handling`: when errors end the stage.
package struct ErrorPolicy: Codable, Sendable, Hashable {
    package var maximumTotalErrors: Int = 100
    package init() {}
}

/// Deletes what this playbook made and nothing else: the sets, the trees, and what the agent's ledger says that PUTs of this run made.
package struct CleanupWork: Codable, Sendable, Equatable {
    package enum Mode: String, Codable, Sendable { case strict, tolerant, bestEffort = "best_effort" }

    package var sets: [ObjectSet]
    package var trees: [DirectoryTree]
    package var mode: Mode
    package var workers: Int

    package init(sets: [ObjectSet], trees: [DirectoryTree] = [], mode: Mode = .tolerant, workers: Int) {
        self.sets = sets
        self.trees = trees
        self.mode = mode
        self.workers = workers
    }
}

package struct CustomWork: Codable, Sendable, Equatable {
    package var command: String
    package var arguments: [String]

    package init(command: String, arguments: [String] = []) {
        self.command = command
        self.arguments = arguments
    }
}
