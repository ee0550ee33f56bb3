import Coordination
import Results
import Vocabulary

extension EventKind {
    /// The events that tell a decision of the coordination; what an event needs beyond it (an arrival's figures) is asked of `arrival`.
    ///
    /// A fact about which the shell itself writes more (a link, a begin, a collection, a withdrawal) yields nothing here.
    static func telling(
        _ fact: RunFact, arrival: (AgentID, StageOrder, Coordination.StageOutcome) -> StageArrival
    ) -> [EventKind] {
        switch fact {
        // The last phase is told with the verdict, which may still be marked by what is missing from the results.
        case .phaseChanged(let phase) where phase.isFinal: []
        case .phaseChanged(let phase): RunPhase(rawValue: phase.rawValue).map { [.phaseChanged($0)] } ?? []
        case .agentNotReady(let agent, let problems): [.agentNotReady(agent, problems: problems)]
        case .agentUnreachable(let agent, let why): [.agentUnreachable(agent, why: why)]
        case .stageBegan(let stage, _, _): [.stageOrdered(stage)]
        case .agentArrived(let agent, let stage, _, let outcome): [.stageArrived(stage, agent, arrival(agent, stage, outcome))]
        case .barrierOpened(let stage, _, _, _), .stageEnded(let stage, _): [.barrierOpened(stage)]
        case .barrierBroke(let stage, _, let why): [.barrierBroke(stage, why: why)]
        case .agentLost(let agent, let why, _): [.agentLost(agent, why: why)]
        case .agentFailed(let agent, _, let why): [.agentFailed(agent, why: why)]
        case .agentExcluded(let agent, _, let why): [.agentExcluded(agent, why: why)]
        case .stopAcknowledged(let agent): [.stopAcknowledged(agent)]
        case .interrupted: [.interrupted(count: 1)]
        case .interruptedAgain: [.interrupted(count: 2)]
        case .agentLinked, .agentReady, .agentBegan, .collected, .withdrawn: []
        case .stageSkipped, .agentQueried, .optionalFailure, .agentStraggles, .agentRejoined, .stopOrdered, .stopUnacknowledged, .runBroke:
            noted(fact).map { [$0] } ?? []
        }
    }

    private static func noted(_ fact: RunFact) -> EventKind? {
        switch fact {
        case .stageSkipped(let stage, let why): .noted("skipped: \(why)", agent: nil, stage: stage)
        case .agentQueried(let agent, let query): .noted("silent; asked whether it lives (query \(query))", agent: agent, stage: nil)
        case .optionalFailure(let agent, let stage, let why): .noted("failed an optional stage: \(why)", agent: agent, stage: stage)
        case .agentStraggles(let agent, let stage): .noted("the barrier opened without it; it works on", agent: agent, stage: stage)
        case .agentRejoined(let agent, let stage): .noted("has ended its stage and takes part again", agent: agent, stage: stage)
        case .stopOrdered(let agent, let why): .noted("told to stop: \(why)", agent: agent, stage: nil)
        case .stopUnacknowledged(let agent): .noted("did not acknowledge the stop in time", agent: agent, stage: nil)
        case .runBroke(let why): .stopOrdered(why: why)
        default: nil
        }
    }
}

extension RunOutcome {
    init(_ outcome: RunVerdict.Outcome) {
        switch outcome {
        case .success: self = .completed
        case .degraded: self = .degraded
        case .failed: self = .failed
        case .interrupted: self = .cancelled
        }
    }
}
