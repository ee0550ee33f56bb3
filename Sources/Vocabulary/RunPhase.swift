/// Where a run stands. Phases only advance, in the order of the cases; the last four end it.
package enum RunPhase: String, Hashable, Sendable, Codable, CaseIterable {
    case preparing, ready, running, stopping, completed, degraded, cancelled, failed

    /// Whether the run is over.
    package var isEnd: Bool { self >= .completed }

    /// Whether a run can go from here to `next`.
    package func canAdvance(to next: RunPhase) -> Bool { !isEnd && next > self }
}

extension RunPhase: Comparable {
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

    package static func < (a: RunPhase, b: RunPhase) -> Bool { a.rank < b.rank }
}
