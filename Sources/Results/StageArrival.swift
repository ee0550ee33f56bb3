import Vocabulary

/// How one agent ended a stage.
package struct StageArrival: Codable, Sendable, Equatable {
    package enum Outcome: String, Codable, Sendable { case completed, failed, stopped, timedOut = "timed_out" }

    package var outcome: Outcome
    /// Why it did not complete; nil where it did.
    package var why: String?
    /// In which of the run's epochs it was.
    package var epoch: Int
    /// Wall time of the stage on that agent.
    @InNanoseconds package var elapsed: Duration
    package var operations: UInt64
    package var bytes: UInt64
    package var errors: UInt64
    /// The agent's own figures of the whole stage, one a kind of operation.
    package var figures: [OperationFigures]
    /// Its errors by operation and class; nil where there were none.
    package var causes: [ErrorCause]?

    package init(
        outcome: Outcome, why: String? = nil, epoch: Int = 0, elapsed: Duration, operations: UInt64 = 0, bytes: UInt64 = 0,
        errors: UInt64 = 0,
        figures: [OperationFigures] = [], causes: [ErrorCause]? = nil
    ) {
        self.outcome = outcome
        self.why = why
        self.epoch = epoch
        self.elapsed = elapsed
        self.operations = operations
        self.bytes = bytes
        self.errors = errors
        self.figures = figures
        self.causes = causes
    }

    enum CodingKeys: String, CodingKey {
        case outcome, why, epoch
        case elapsed = "elapsed_ns"
        case operations, bytes, errors, figures, causes
    }
}

/// What came home from one agent.
package struct Collected: Codable, Sendable, Equatable {
    package enum Way: String, Codable, Sendable { case link, ssh }

    package var files: Int
    package var bytes: UInt64
    /// Whether all that the agent has is home and verified.
    package var complete: Bool
    package var via: Way
    /// What is missing, and why; nil where nothing is.
    package var note: String?

    package init(files: Int, bytes: UInt64, complete: Bool, via: Way, note: String? = nil) {
        self.files = files
        self.bytes = bytes
        self.complete = complete
        self.via = via
        self.note = note
    }
}
