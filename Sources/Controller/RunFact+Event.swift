import Coordination
import Results
import Vocabulary

extension RunFact {
    /// The decision that an event of the log tells, for another controller's machine; nil where it tells none.
    init?(_ kind: EventKind) {
        switch kind {
        case .phaseChanged(let phase): self = .phaseChanged(phase)
        case .interrupted(let count, let why): self = count > 1 ? .interruptedAgain : .interrupted(why: why)
        case .preparationFailed(let ready?, let minimum?): self = .preparationFailed(.tooFew(ready: ready, minimum: minimum))
        case .preparationFailed: self = .preparationFailed(.agents)
        case .runBroke(let why): self = .runBroke(why: why)
        default:
            guard let fact = Self.agent(kind) ?? Self.ending(kind) ?? Self.stage(kind) else { return nil }
            self = fact
        }
    }

    private static func agent(_ kind: EventKind) -> RunFact? {
        switch kind {
        case .linkUp(let agent): .agentLinked(agent)
        case .agentReady(let agent, _): .agentReady(agent)
        case .agentNotReady(let agent, let problems): .agentNotReady(agent, problems: problems)
        case .agentUnreachable(let agent, let why, let mayRun): .agentUnreachable(agent, why: why, mayRun: mayRun)
        case .agentQueried(let agent, let query): .agentQueried(agent, query: UInt32(clamping: query))
        case .agentLost(let agent, let why): .agentLost(agent, why: why, lastHeard: .zero)
        case .agentGone(let agent, let why): .agentGone(agent, why: why)
        case .agentFailed(let agent, let stage, let why): .agentFailed(agent, stage ?? StageOrder(0), why: why)
        case .agentExcluded(let agent, let stage, let why): .agentExcluded(agent, stage ?? StageOrder(0), why: why)
        default: nil
        }
    }

    private static func ending(_ kind: EventKind) -> RunFact? {
        switch kind {
        case .stopOrdered(let agent, let why): .stopOrdered(agent, why: why)
        case .stopAcknowledged(let agent): .stopAcknowledged(agent)
        case .stopUnacknowledged(let agent): .stopUnacknowledged(agent)
        case .collectOrdered(let agent): .collectOrdered(agent)
        case .collected(let agent, let collected): .collected(agent, complete: collected.complete, note: collected.note ?? "")
        case .withdrawOrdered(let agent, let keep): .withdrawOrdered(agent, keepResults: keep)
        case .agentStays(let agent): .agentStays(agent)
        case .agentSeenGone(let agent, let note): .withdrawn(agent, proven: true, note: note)
        case .agentNotProvenGone(let agent, let note): .withdrawn(agent, proven: false, note: note)
        default: nil
        }
    }

    private static func stage(_ kind: EventKind) -> RunFact? {
        switch kind {
        case .stageOrdered(let stage, let epoch, let agents): .stageBegan(stage, epoch: UInt32(clamping: epoch), participants: agents)
        case .finishOrdered(let stage, let epoch): .finishOrdered(stage, epoch: UInt32(clamping: epoch))
        case .agentOrdered(let stage, let agent, let epoch, let together):
            .agentOrdered(agent, stage, epoch: UInt32(clamping: epoch), together: together)
        case .stageBegan(let stage, let agent, let epoch): .agentBegan(agent, stage, epoch: UInt32(clamping: epoch))
        case .stageArrived(let stage, let agent, let arrival):
            .agentArrived(agent, stage, epoch: UInt32(clamping: arrival.epoch), Coordination.StageOutcome(arrival))
        case .barrierOpened(let stage, let epoch, let arrived, let missing):
            .barrierOpened(stage, epoch: UInt32(clamping: epoch), arrived: arrived, missing: missing)
        case .barrierBroke(let stage, let epoch, let why): .barrierBroke(stage, epoch: UInt32(clamping: epoch), why: why)
        case .stageEnded(let stage, let epoch): .stageEnded(stage, epoch: UInt32(clamping: epoch))
        case .stageSkipped(let stage, let why): .stageSkipped(stage, why: why)
        case .optionalFailure(let stage, let agent, let why): .optionalFailure(agent, stage, why: why)
        case .agentStraggles(let stage, let agent): .agentStraggles(agent, stage)
        case .agentRejoined(let stage, let agent): .agentRejoined(agent, stage)
        default: nil
        }
    }
}

extension Coordination.StageOutcome {
    init(_ arrival: StageArrival) {
        switch arrival.outcome {
        case .completed: self = .completed
        case .failed, .timedOut: self = .failed(why: arrival.why ?? "")
        case .stopped: self = .stopped
        }
    }
}
