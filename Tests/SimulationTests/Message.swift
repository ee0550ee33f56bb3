import Coordination
import Vocabulary

/// What the pretend controller and agents say to each other.
enum Message: Sendable {
    // To the agent.
    case begin(StageOrder, epoch: UInt32, at: Moment?)
    case finish(StageOrder, epoch: UInt32, at: Moment?)
    case stop(why: String)
    case query(UInt32)
    case ping(sent: Moment)
    case leave

    // From the agent.
    case ready
    case notReady([String])
    case heartbeat(progress: UInt64)
    case pong(sent: Moment, received: Moment, answered: Moment)
    /// Operations since the last of these, after the first `from` of the stage.
    case operations(epoch: UInt32, from: UInt64, UInt64)
    /// An arrival comes with the agent's own count of the stage's operations, once its load has ended.
    case report(AgentReport, operations: UInt64?)
}
