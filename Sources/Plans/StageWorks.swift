import Vocabulary

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
    /// nil: a closed loop, each worker as fast as the storage answers.
    package var rate: LoadRate?
    package var ranges = RangePolicy()
    package var verification = Verification.none
    package var pathSelection: PathSelection = .random
    /// What PUT makes is read by GET too.
    package var dynamicPutPool: Bool = false

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
    /// put only.
    package var dedupFactor: Int = 1
    package var compressFactor: Int = 1
    /// get only; nil: whole objects.
    package var part: PartialRead?
    /// Whether it may go to any of the agent's endpoints; `uri` is then below the first.
    package var spreads: Bool = false

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
    /// Where it is started: absolute, or below the agent's folder of files; nil: in the agent's run directory.
    package var workingDirectory: String?

    package init(command: String, arguments: [String] = [], workingDirectory: String? = nil) {
        self.command = command
        self.arguments = arguments
        self.workingDirectory = workingDirectory
    }
}
