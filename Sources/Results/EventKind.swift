import Vocabulary

/// What happened, with all that a view needs to know of it, and all that another controller needs to go on with the run.
///
/// `wanted` and `seen` are different events throughout: an agent that was ordered to begin (`agentOrdered`), to stop (`stopOrdered`), to hand
/// over (`collectOrdered`) or to go (`withdrawOrdered`) is a wish; `stageBegan`, `stopAcknowledged`, `collected`, `agentSeenGone` are facts.
package enum EventKind: Sendable, Equatable {
    case runBegan(RunBeginning)
    /// A controller has the run in hand: the first, or one that took it up.
    case controllerBegan(ControllerBeginning)
    case phaseChanged(RunPhase)
    /// A person wants the run to end; a second time: without waiting for results.
    case interrupted(count: Int, why: String)
    /// Nothing begins: agents are not ready or, where `ready` and `minimum` are given, too few of them are.
    case preparationFailed(ready: Int?, minimum: Int?)
    case runBroke(why: String)
    case runEnded(outcome: RunOutcome, exitCode: Int, reasons: [String])
    /// An observation that changes nothing in the record; it tells people why things went as they did.
    case noted(String, agent: AgentID?, stage: StageOrder?)

    case hostReached(AgentID, host: HostName)
    case agentDeployed(AgentID, Deployed)
    /// `mayRun`: something of it may be on its host nevertheless.
    case agentUnreachable(AgentID, why: String, mayRun: Bool = false)
    case linkUp(AgentID)
    case linkDown(AgentID, why: String)
    case relinked(AgentID)
    /// The agent's clock minus the controller's, and the most by which that may be wrong.
    case clockMeasured(AgentID, offset: Duration, bound: Duration)
    case agentReady(AgentID, facts: [String: String])
    case agentNotReady(AgentID, problems: [String])
    case agentQueried(AgentID, query: Int)
    case agentLost(AgentID, why: String)
    /// A look at its host showed that its process has ended.
    case agentGone(AgentID, why: String)
    /// In the stage, where it was in one.
    case agentFailed(AgentID, StageOrder?, why: String)
    case agentExcluded(AgentID, StageOrder?, why: String)
    case stopOrdered(AgentID, why: String)
    case stopAcknowledged(AgentID)
    case stopUnacknowledged(AgentID)
    case collectOrdered(AgentID)
    case collected(AgentID, Collected)
    case withdrawOrdered(AgentID, keepResults: Bool)
    /// It was started by hand, and stays to hand over its results.
    case agentStays(AgentID)
    case agentSeenGone(AgentID, note: String)
    case agentNotProvenGone(AgentID, note: String)

    case stageOrdered(StageOrder, epoch: Int = 0, participants: [AgentID] = [])
    /// `together`: at the common moment of all that are ordered with it.
    case agentOrdered(StageOrder, AgentID, epoch: Int, together: Bool)
    /// All who perform it are to complete its load.
    case finishOrdered(StageOrder, epoch: Int)
    case stageBegan(StageOrder, AgentID, epoch: Int = 0)
    case stageArrived(StageOrder, AgentID, StageArrival)
    case optionalFailure(StageOrder, AgentID, why: String)
    /// A best_effort barrier opened without it; it works on.
    case agentStraggles(StageOrder, AgentID)
    /// A straggler has ended the stage and takes part from the next one on.
    case agentRejoined(StageOrder, AgentID)
    case startSkew(StageOrder, skew: Duration, bound: Duration)
    case interval(StageOrder, IntervalFigures)
    case stageMeasured(StageOrder, StageMeasure)
    /// Whether the throughput of a load settled, which was to end with that.
    case steadiness(StageOrder, SteadinessFinding)
    /// `missing`: participants that were still at work.
    case barrierOpened(StageOrder, epoch: Int = 0, arrived: [AgentID] = [], missing: [AgentID] = [])
    case barrierBroke(StageOrder, epoch: Int = 0, why: String)
    /// All have ended a stage without a barrier, or left the run.
    case stageEnded(StageOrder, epoch: Int = 0)
    case stageSkipped(StageOrder, why: String)
}

extension EventKind {
    /// The word that stands for it in `events.jsonl`: the case's own, in snake case.
    package var name: String {
        switch self {
        case .runBegan: "run_began"
        case .controllerBegan: "controller_began"
        case .phaseChanged: "phase_changed"
        case .interrupted: "interrupted"
        case .preparationFailed: "preparation_failed"
        case .runBroke: "run_broke"
        case .runEnded: "run_ended"
        case .noted: "noted"
        case .hostReached, .agentDeployed, .agentUnreachable, .linkUp, .linkDown, .relinked, .clockMeasured, .agentReady, .agentNotReady,
            .agentQueried, .agentLost, .agentGone, .agentFailed, .agentExcluded:
            agentName
        case .stopOrdered, .stopAcknowledged, .stopUnacknowledged, .collectOrdered, .collected, .withdrawOrdered, .agentStays,
            .agentSeenGone, .agentNotProvenGone:
            endingName
        default: stageName
        }
    }

    private var agentName: String {
        switch self {
        case .hostReached: "host_reached"
        case .agentDeployed: "agent_deployed"
        case .agentUnreachable: "agent_unreachable"
        case .linkUp: "link_up"
        case .linkDown: "link_down"
        case .relinked: "relinked"
        case .clockMeasured: "clock_measured"
        case .agentReady: "agent_ready"
        case .agentNotReady: "agent_not_ready"
        case .agentQueried: "agent_queried"
        case .agentLost: "agent_lost"
        case .agentGone: "agent_gone"
        case .agentFailed: "agent_failed"
        default: "agent_excluded"
        }
    }

    private var endingName: String {
        switch self {
        case .stopOrdered: "stop_ordered"
        case .stopAcknowledged: "stop_acknowledged"
        case .stopUnacknowledged: "stop_unacknowledged"
        case .collectOrdered: "collect_ordered"
        case .collected: "collected"
        case .withdrawOrdered: "withdraw_ordered"
        case .agentStays: "agent_stays"
        case .agentSeenGone: "agent_seen_gone"
        default: "agent_not_proven_gone"
        }
    }

    private var stageName: String {
        switch self {
        case .stageOrdered: "stage_ordered"
        case .agentOrdered: "agent_ordered"
        case .finishOrdered: "finish_ordered"
        case .stageBegan: "stage_began"
        case .stageArrived: "stage_arrived"
        case .optionalFailure: "optional_failure"
        case .agentStraggles: "agent_straggles"
        case .agentRejoined: "agent_rejoined"
        case .startSkew: "start_skew"
        case .interval: "interval"
        case .stageMeasured: "stage_measured"
        case .steadiness: "steadiness"
        case .barrierOpened: "barrier_opened"
        case .barrierBroke: "barrier_broke"
        case .stageEnded: "stage_ended"
        default: "stage_skipped"
        }
    }

    package var agent: AgentID? {
        switch self {
        case .runBegan, .controllerBegan, .phaseChanged, .interrupted, .preparationFailed, .runBroke, .runEnded, .stageOrdered,
            .finishOrdered, .startSkew, .interval, .stageMeasured, .steadiness, .barrierOpened, .barrierBroke, .stageEnded, .stageSkipped:
            nil
        case .hostReached(let agent, _), .agentDeployed(let agent, _), .agentUnreachable(let agent, _, _), .linkUp(let agent),
            .linkDown(let agent, _), .relinked(let agent), .clockMeasured(let agent, _, _), .agentReady(let agent, _),
            .agentNotReady(let agent, _), .agentQueried(let agent, _), .agentLost(let agent, _), .agentGone(let agent, _),
            .agentFailed(let agent, _, _), .agentExcluded(let agent, _, _), .stopOrdered(let agent, _), .stopAcknowledged(let agent),
            .stopUnacknowledged(let agent), .collectOrdered(let agent), .collected(let agent, _), .withdrawOrdered(let agent, _),
            .agentStays(let agent), .agentSeenGone(let agent, _), .agentNotProvenGone(let agent, _), .agentOrdered(_, let agent, _, _),
            .stageBegan(_, let agent, _), .stageArrived(_, let agent, _), .optionalFailure(_, let agent, _),
            .agentStraggles(_, let agent), .agentRejoined(_, let agent):
            agent
        case .noted(_, let agent, _): agent
        }
    }

    package var stage: StageOrder? {
        switch self {
        case .finishOrdered(let stage, _), .steadiness(let stage, _): stage
        case .stageOrdered(let stage, _, _), .agentOrdered(let stage, _, _, _), .stageBegan(let stage, _, _),
            .stageArrived(let stage, _, _), .optionalFailure(let stage, _, _), .agentStraggles(let stage, _),
            .agentRejoined(let stage, _), .startSkew(let stage, _, _), .interval(let stage, _), .stageMeasured(let stage, _),
            .barrierOpened(let stage, _, _, _), .barrierBroke(let stage, _, _), .stageEnded(let stage, _), .stageSkipped(let stage, _):
            stage
        case .noted(_, _, let stage), .agentFailed(_, let stage, _), .agentExcluded(_, let stage, _): stage
        default: nil
        }
    }

    package var host: HostName? {
        if case .hostReached(_, let host) = self { host } else { nil }
    }
}
