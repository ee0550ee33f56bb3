import Vocabulary

/// What happened, with all that a view needs to know of it.
///
/// `wanted` and `seen` are different events throughout: `stopOrdered` is a wish, `stopAcknowledged` and `agentSeenGone` are facts.
package enum EventKind: Sendable, Equatable {
    case runBegan(RunBeginning)
    case phaseChanged(RunPhase)
    case interrupted(count: Int)
    case stopOrdered(why: String)
    case runEnded(outcome: RunOutcome, exitCode: Int, reasons: [String])
    /// A decision or an observation that changes nothing in the record; it tells people why things went as they did.
    case noted(String, agent: AgentID?, stage: StageOrder?)

    case hostReached(AgentID, host: HostName)
    case agentDeployed(AgentID, cached: Bool, sent: ByteCount)
    case agentUnreachable(AgentID, why: String)
    case linkUp(AgentID)
    case linkDown(AgentID, why: String)
    case relinked(AgentID)
    /// The agent's clock minus the controller's, and the most by which that may be wrong.
    case clockMeasured(AgentID, offset: Duration, bound: Duration)
    case agentReady(AgentID, facts: [String: String])
    case agentNotReady(AgentID, problems: [String])
    case agentLost(AgentID, why: String)
    case agentFailed(AgentID, why: String)
    case agentExcluded(AgentID, why: String)
    case stopAcknowledged(AgentID)
    case collected(AgentID, Collected)
    case agentSeenGone(AgentID, note: String)
    case agentNotProvenGone(AgentID, note: String)

    case stageOrdered(StageOrder)
    case stageBegan(StageOrder, AgentID)
    case stageArrived(StageOrder, AgentID, StageArrival)
    case startSkew(StageOrder, skew: Duration, bound: Duration)
    case interval(StageOrder, IntervalFigures)
    case stageMeasured(StageOrder, StageMeasure)
    case barrierOpened(StageOrder)
    case barrierBroke(StageOrder, why: String)

    /// The word that stands for it in `events.jsonl`.
    package var name: String {
        switch self {
        case .runBegan: "run_began"
        case .phaseChanged: "phase_changed"
        case .interrupted: "interrupted"
        case .stopOrdered: "stop_ordered"
        case .runEnded: "run_ended"
        case .noted: "noted"
        case .hostReached: "host_reached"
        case .agentDeployed: "agent_deployed"
        case .agentUnreachable: "agent_unreachable"
        case .linkUp: "link_up"
        case .linkDown: "link_down"
        case .relinked: "relinked"
        case .clockMeasured: "clock_measured"
        case .agentReady: "agent_ready"
        case .agentNotReady: "agent_not_ready"
        case .agentLost: "agent_lost"
        case .agentFailed: "agent_failed"
        case .agentExcluded: "agent_excluded"
        case .stopAcknowledged: "stop_acknowledged"
        case .collected: "collected"
        case .agentSeenGone: "agent_seen_gone"
        case .agentNotProvenGone: "agent_not_proven_gone"
        case .stageOrdered: "stage_ordered"
        case .stageBegan: "stage_began"
        case .stageArrived: "stage_arrived"
        case .startSkew: "start_skew"
        case .interval: "interval"
        case .stageMeasured: "stage_measured"
        case .barrierOpened: "barrier_opened"
        case .barrierBroke: "barrier_broke"
        }
    }

    package var agent: AgentID? {
        switch self {
        case .runBegan, .phaseChanged, .interrupted, .stopOrdered, .runEnded, .stageOrdered, .startSkew, .interval, .stageMeasured,
            .barrierOpened, .barrierBroke:
            nil
        case .hostReached(let agent, _), .agentDeployed(let agent, _, _), .agentUnreachable(let agent, _), .linkUp(let agent),
            .linkDown(let agent, _), .relinked(let agent), .clockMeasured(let agent, _, _), .agentReady(let agent, _),
            .agentNotReady(let agent, _), .agentLost(let agent, _), .agentFailed(let agent, _), .agentExcluded(let agent, _),
            .stopAcknowledged(let agent), .collected(let agent, _), .agentSeenGone(let agent, _),
            .agentNotProvenGone(let agent, _), .stageBegan(_, let agent), .stageArrived(_, let agent, _):
            agent
        case .noted(_, let agent, _): agent
        }
    }

    package var stage: StageOrder? {
        switch self {
        case .stageOrdered(let stage), .stageBegan(let stage, _), .stageArrived(let stage, _, _), .startSkew(let stage, _, _),
            .interval(let stage, _), .stageMeasured(let stage, _), .barrierOpened(let stage), .barrierBroke(let stage, _):
            stage
        case .noted(_, _, let stage): stage
        default: nil
        }
    }

    package var host: HostName? {
        if case .hostReached(_, let host) = self { host } else { nil }
    }
}
