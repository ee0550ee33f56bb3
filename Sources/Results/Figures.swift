import Vocabulary

/// What is shown of one kind of operation, computed from merged histograms: never itself merged or averaged (law 4).
package struct OperationFigures: Codable, Sendable, Equatable {
    package var kind: OperationKind
    package var count: UInt64
    package var errors: UInt64
    package var bytes: UInt64
    package var operationsPerSecond: Double
    package var mebibytesPerSecond: Double
    /// Latencies in microseconds.
    package var mean: Double
    package var p50: Double
    package var p95: Double
    package var p99: Double
    /// From the intended beginning; nil in a closed loop.
    package var correctedP99: Double?

    package init(
        kind: OperationKind, count: UInt64, errors: UInt64 = 0, bytes: UInt64, operationsPerSecond: Double,
        mebibytesPerSecond: Double, mean: Double, p50: Double, p95: Double, p99: Double,
        correctedP99: Double? = nil
    ) {
        self.kind = kind
        self.count = count
        self.errors = errors
        self.bytes = bytes
        self.operationsPerSecond = operationsPerSecond
        self.mebibytesPerSecond = mebibytesPerSecond
        self.mean = mean
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
        self.correctedP99 = correctedP99
    }

    enum CodingKeys: String, CodingKey {
        case kind, count, errors, bytes
        case operationsPerSecond = "ops_per_sec"
        case mebibytesPerSecond = "throughput_mibps"
        case mean = "mean_us"
        case p50 = "p50_us"
        case p95 = "p95_us"
        case p99 = "p99_us"
        case correctedP99 = "corrected_p99_us"
    }
}

/// The agent that did least in an interval, and how that compares.
package struct SlowestAgent: Codable, Sendable, Equatable {
    package var agent: AgentID
    package var operationsPerSecond: Double
    /// Its rate as a part of the agents' median rate; 1 is as fast as the middle one.
    package var shareOfMedian: Double
    /// Since when it did less than half of the median in every interval, from the beginning of the stage; nil where it did not.
    package var since: Duration? {
        get { sinceNanoseconds.map { .nanoseconds($0) } }
        set { sinceNanoseconds = newValue?.wholeNanoseconds }
    }
    private var sinceNanoseconds: Int64?

    package init(agent: AgentID, operationsPerSecond: Double, shareOfMedian: Double, since: Duration? = nil) {
        self.agent = agent
        self.operationsPerSecond = operationsPerSecond
        self.shareOfMedian = shareOfMedian
        sinceNanoseconds = since?.wholeNanoseconds
    }

    enum CodingKeys: String, CodingKey {
        case agent
        case operationsPerSecond = "ops_per_sec"
        case shareOfMedian = "share_of_median"
        case sinceNanoseconds = "since_ns"
    }
}

/// What the fleet did in the last interval of a stage.
package struct IntervalFigures: Codable, Sendable, Equatable {
    /// Since the stage began on the first agent.
    @InNanoseconds package var elapsed: Duration
    package var isWarmup: Bool
    /// Agents whose intervals are in it.
    package var agents: Int
    /// Operations since the stage began, over all agents.
    package var operationsDone: UInt64
    /// Objects that a prepare or cleanup is done with, likewise: what its bar shows.
    package var objectsDone: UInt64
    /// Of the last seconds.
    package var objectsPerSecond: Double
    package var operations: [OperationFigures]
    /// nil with fewer than two agents.
    package var slowest: SlowestAgent?

    package init(
        elapsed: Duration, isWarmup: Bool = false, agents: Int, operationsDone: UInt64, objectsDone: UInt64 = 0,
        objectsPerSecond: Double = 0, operations: [OperationFigures], slowest: SlowestAgent? = nil
    ) {
        self.elapsed = elapsed
        self.isWarmup = isWarmup
        self.agents = agents
        self.operationsDone = operationsDone
        self.objectsDone = objectsDone
        self.objectsPerSecond = objectsPerSecond
        self.operations = operations
        self.slowest = slowest
    }

    enum CodingKeys: String, CodingKey {
        case elapsed = "elapsed_ns"
        case isWarmup = "is_warmup"
        case agents
        case operationsDone = "operations_done"
        case objectsDone = "objects_done"
        case objectsPerSecond = "objects_per_sec"
        case operations, slowest
    }
}
