import Vocabulary

/// One decision or observation of the machine: what the event log tells.
package enum RunFact: Hashable, Sendable {
    case phaseChanged(RunPhase)
    case agentLinked(AgentID)
    case agentReady(AgentID)
    case agentNotReady(AgentID, problems: [String])
    /// `mayRun`: something of it may be on its host nevertheless.
    case agentUnreachable(AgentID, why: String, mayRun: Bool)
    /// Nothing begins.
    case preparationFailed(RunMachine.PreparationFailure)
    case stageBegan(StageOrder, epoch: UInt32, participants: [AgentID])
    /// Wanted: that it begins. `together`: at the common moment of all that are ordered with it.
    case agentOrdered(AgentID, StageOrder, epoch: UInt32, together: Bool)
    /// Wanted: that all who perform it complete its load now.
    case finishOrdered(StageOrder, epoch: UInt32)
    case agentBegan(AgentID, StageOrder, epoch: UInt32)
    case agentArrived(AgentID, StageOrder, epoch: UInt32, StageOutcome)
    /// `missing`: participants without which it opened.
    case barrierOpened(StageOrder, epoch: UInt32, arrived: [AgentID], missing: [AgentID])
    case barrierBroke(StageOrder, epoch: UInt32, why: String)
    /// Every participant of a stage without a barrier has ended it or left the run.
    case stageEnded(StageOrder, epoch: UInt32)
    case stageSkipped(StageOrder, why: String)
    case agentQueried(AgentID, query: UInt32)
    /// `lastHeard`: the last sign of life.
    case agentLost(AgentID, why: String, lastHeard: Moment)
    /// A look at its host showed that its process has ended.
    case agentGone(AgentID, why: String)
    /// It leaves the run.
    case agentFailed(AgentID, StageOrder, why: String)
    /// It failed an optional stage and goes on.
    case optionalFailure(AgentID, StageOrder, why: String)
    case agentExcluded(AgentID, StageOrder, why: String)
    /// A best_effort barrier opened without it; it works on.
    case agentStraggles(AgentID, StageOrder)
    /// A straggler has ended its stage and takes part from the next one on.
    case agentRejoined(AgentID, StageOrder)
    case stopOrdered(AgentID, why: String)
    case stopAcknowledged(AgentID)
    case stopUnacknowledged(AgentID)
    case runBroke(why: String)
    case interrupted(why: String)
    case interruptedAgain
    /// Wanted: its results.
    case collectOrdered(AgentID)
    case collected(AgentID, complete: Bool, note: String)
    /// Wanted: its processes ended and seen gone.
    case withdrawOrdered(AgentID, keepResults: Bool)
    /// It was started by hand and stays to hand over its results.
    case agentStays(AgentID)
    case withdrawn(AgentID, proven: Bool, note: String)
}
