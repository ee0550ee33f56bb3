import Vocabulary

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
