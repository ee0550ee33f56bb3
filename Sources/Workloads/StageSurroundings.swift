import Measurement
import Vocabulary

/// What a stage's performance has to know beyond the agent's plan.
package struct StageSurroundings: Sendable {
    package var run: RunID?
    package var agentCount: Int
    /// `$MUSTER_RESULTS` of custom stages: a folder that exists.
    package var resultsFolder: String
    /// How often intervals are cut.
    package var interval: Duration
    /// From the failure of an object in prepare to the other try that it has at its worker's end.
    package var retryDelay: Duration = .milliseconds(500)
    /// Where each operation of a load is written down; nil: nowhere.
    package var operationLog: OperationLog?
    /// Makes each operation take so many times as long; nil: what the test hook `MUSTER_TEST_SLOWDOWN` says, else 1.
    package var slowdown: Double?

    package init(run: RunID?, agentCount: Int, resultsFolder: String, interval: Duration = .seconds(1), slowdown: Double? = nil) {
        self.run = run
        self.agentCount = agentCount
        self.resultsFolder = resultsFolder
        self.interval = interval
        self.slowdown = slowdown
    }
}

/// How far a stage is; readable from any thread at any time.
package struct StageProgress: Sendable, Equatable {
    /// Operations that ended, warm-up included.
    package var operations: UInt64
    package var bytes: UInt64
    package var errors: UInt64
    /// When the first operation began.
    package var firstOperation: Moment?

    package init(operations: UInt64 = 0, bytes: UInt64 = 0, errors: UInt64 = 0, firstOperation: Moment? = nil) {
        self.operations = operations
        self.bytes = bytes
        self.errors = errors
        self.firstOperation = firstOperation
    }
}

/// What a stage tells while it runs; called on threads of the stage's own, which wait for the return.
package struct StageListener: Sendable {
    package var onInterval: @Sendable (IntervalStatistics) -> Void
    /// A line that a custom stage printed, without its line end, or that a load says of what it found; of at most 64 KiB.
    package var onLine: @Sendable (String) -> Void

    package init(
        onInterval: @escaping @Sendable (IntervalStatistics) -> Void = { _ in },
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.onInterval = onInterval
        self.onLine = onLine
    }
}
