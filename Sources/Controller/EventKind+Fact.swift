import Coordination
import Results
import Vocabulary

extension EventKind {
    /// What an event says beyond the fact that it tells, as the shell knows it.
    struct Circumstances {
        var arrival: (AgentID, StageOrder, Coordination.StageOutcome) -> StageArrival
        var facts: (AgentID) -> [String: String]
        var collected: (AgentID, _ complete: Bool, _ note: String) -> Collected
    }

    /// The event that tells a decision of the coordination; nil for the last phase, which is told with the verdict: that may still be marked by
    /// what is missing from the results.
    init?(_ fact: RunFact, _ more: Circumstances) {
        switch fact {
        case .phaseChanged(let phase):
            guard !phase.isEnd else { return nil }
            self = .phaseChanged(phase)
        case .agentLinked(let agent): self = .linkUp(agent)
        case .agentReady(let agent): self = .agentReady(agent, facts: more.facts(agent))
        case .agentNotReady(let agent, let problems): self = .agentNotReady(agent, problems: problems)
        case .agentUnreachable(let agent, let why, let mayRun): self = .agentUnreachable(agent, why: why, mayRun: mayRun)
        case .preparationFailed(.agents): self = .preparationFailed(ready: nil, minimum: nil)
        case .preparationFailed(.tooFew(let ready, let minimum)): self = .preparationFailed(ready: ready, minimum: minimum)
        case .runBroke(let why): self = .runBroke(why: why)
        case .interrupted(let why): self = .interrupted(count: 1, why: why)
        case .interruptedAgain: self = .interrupted(count: 2, why: "once more")
        case .finishOrdered, .stageBegan, .agentOrdered, .agentBegan, .agentArrived, .barrierOpened, .barrierBroke,
            .stageEnded, .stageSkipped, .optionalFailure, .agentStraggles, .agentRejoined:
            self = Self.stage(fact, more)
        case .agentQueried, .agentLost, .agentGone, .agentFailed, .agentExcluded, .stopOrdered, .stopAcknowledged, .stopUnacknowledged,
            .collectOrdered, .collected, .withdrawOrdered, .withdrawn, .agentStays:
            self = Self.agent(fact, more)
        }
    }

    private static func stage(_ fact: RunFact, _ more: Circumstances) -> EventKind {
        switch fact {
        case .stageBegan(let stage, let epoch, let participants): .stageOrdered(stage, epoch: Int(epoch), participants: participants)
        case .finishOrdered(let stage, let epoch): .finishOrdered(stage, epoch: Int(epoch))
        case .agentOrdered(let agent, let stage, let epoch, let together):
            .agentOrdered(stage, agent, epoch: Int(epoch), together: together)
        case .agentBegan(let agent, let stage, let epoch): .stageBegan(stage, agent, epoch: Int(epoch))
        case .agentArrived(let agent, let stage, let epoch, let outcome): arrived(agent, stage, epoch, outcome, more)
        case .barrierOpened(let stage, let epoch, let arrived, let missing):
            .barrierOpened(stage, epoch: Int(epoch), arrived: arrived, missing: missing)
        case .barrierBroke(let stage, let epoch, let why): .barrierBroke(stage, epoch: Int(epoch), why: why)
        case .stageEnded(let stage, let epoch): .stageEnded(stage, epoch: Int(epoch))
        case .stageSkipped(let stage, let why): .stageSkipped(stage, why: why)
        case .optionalFailure(let agent, let stage, let why): .optionalFailure(stage, agent, why: why)
        case .agentStraggles(let agent, let stage): .agentStraggles(stage, agent)
        case .agentRejoined(let agent, let stage): .agentRejoined(stage, agent)
        default: preconditionFailure("\(fact) is about no stage")
        }
    }

    private static func arrived(
        _ agent: AgentID, _ stage: StageOrder, _ epoch: UInt32, _ outcome: Coordination.StageOutcome, _ more: Circumstances
    ) -> EventKind {
        var arrival = more.arrival(agent, stage, outcome)
        arrival.epoch = Int(epoch)
        return .stageArrived(stage, agent, arrival)
    }

    private static func agent(_ fact: RunFact, _ more: Circumstances) -> EventKind {
        switch fact {
        case .agentQueried(let agent, let query): .agentQueried(agent, query: Int(query))
        case .agentLost(let agent, let why, _): .agentLost(agent, why: why)
        case .agentGone(let agent, let why): .agentGone(agent, why: why)
        case .agentFailed(let agent, let stage, let why): .agentFailed(agent, stage, why: why)
        case .agentExcluded(let agent, let stage, let why): .agentExcluded(agent, stage, why: why)
        case .stopOrdered(let agent, let why): .stopOrdered(agent, why: why)
        case .stopAcknowledged(let agent): .stopAcknowledged(agent)
        case .stopUnacknowledged(let agent): .stopUnacknowledged(agent)
        case .collectOrdered(let agent): .collectOrdered(agent)
        case .collected(let agent, let complete, let note): .collected(agent, more.collected(agent, complete, note))
        case .withdrawOrdered(let agent, let keep): .withdrawOrdered(agent, keepResults: keep)
        case .agentStays(let agent): .agentStays(agent)
        case .withdrawn(let agent, true, let note): .agentSeenGone(agent, note: note)
        case .withdrawn(let agent, false, let note): .agentNotProvenGone(agent, note: note)
        default: preconditionFailure("\(fact) is about no agent")
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
