import Measurement

/// How one agent's performance of a stage ended, with all that it counted until then.
package struct StageOutcome: Sendable, Equatable {
    package enum End: Sendable, Equatable {
        case completed
        case failed(why: String)
        /// The stop flag ended it.
        case stopped
    }

    package var end: End
    package var statistics: StageStatistics
    /// The ledger that was given, with what this stage made.
    package var ledger: PutLedger
    /// What a person should know although it is no failure: workers given up, operations that ran out of objects. At most a few lines.
    package var notes: [String]

    package init(end: End, statistics: StageStatistics, ledger: PutLedger, notes: [String] = []) {
        self.end = end
        self.statistics = statistics
        self.ledger = ledger
        self.notes = notes
    }
}
