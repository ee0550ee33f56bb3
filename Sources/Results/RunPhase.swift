/// Where a run stands; it only advances, and nothing follows an end.
package enum RunPhase: String, Codable, Sendable, CaseIterable {
    case preparing, ready, running, stopping
    case completed, degraded, cancelled, failed

    package var isEnd: Bool { rank == 4 }

    /// Whether a run can go from here to `next`.
    package func canAdvance(to next: RunPhase) -> Bool { next.rank > rank }

    private var rank: Int {
        switch self {
        case .preparing: 0
        case .ready: 1
        case .running: 2
        case .stopping: 3
        case .completed, .degraded, .cancelled, .failed: 4
        }
    }
}

/// How a run ended.
package enum RunOutcome: String, Codable, Sendable, CaseIterable {
    case completed, degraded, cancelled, failed

    package var phase: RunPhase {
        switch self {
        case .completed: .completed
        case .degraded: .degraded
        case .cancelled: .cancelled
        case .failed: .failed
        }
    }

    /// The word that stands in STATUS.txt.
    package var status: String {
        switch self {
        case .completed: "SUCCESS"
        case .degraded: "DEGRADED"
        case .cancelled: "INTERRUPTED"
        case .failed: "FAILURE"
        }
    }
}
