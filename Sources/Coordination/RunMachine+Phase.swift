extension RunMachine {
    /// Where a run stands. Phases only advance, in the order of the cases; the last four end it.
    package enum Phase: String, Hashable, Sendable, CaseIterable {
        case preparing, ready, running, stopping, completed, degraded, cancelled, failed

        /// Whether the run is over.
        package var isFinal: Bool { self >= .completed }

        /// Whether a run can go from here to `next`.
        package func mayBecome(_ next: Phase) -> Bool { !isFinal && next > self }
    }
}

extension RunMachine.Phase: Comparable {
    private var rank: Int {
        switch self {
        case .preparing: 0
        case .ready: 1
        case .running: 2
        case .stopping: 3
        case .completed: 4
        case .degraded: 5
        case .cancelled: 6
        case .failed: 7
        }
    }

    package static func < (a: RunMachine.Phase, b: RunMachine.Phase) -> Bool { a.rank < b.rank }
}
