import Coordination
import Link
import Measurement
import Vocabulary
import Workloads

/// Everything that can happen to an agent, in the order in which it is told: each passes one function of `AgentPerformance`.
enum AgentInward: Sendable {
    case linkUp
    case linkDown(why: String)
    /// `at`: when its bytes came off the link.
    case order(Order, at: Moment)
    /// The stage that is being performed put its first operation on the storage, or began its other work.
    case stageBegan(StageOrder, epoch: UInt32, at: Moment, firstOperation: Moment?)
    case interval(IntervalStatistics)
    /// A line that a custom stage printed.
    case line(String)
    case stageEnded(StageOrder, epoch: UInt32, Workloads.StageOutcome)
    /// The results have been handed to the link.
    case resultsSent(unreadable: [String])
    /// Somebody came to the agent's door and was turned away: from where, and why.
    case stranger(why: String)
    case heartbeat
    case tick
    /// SIGTERM.
    case terminated
}
