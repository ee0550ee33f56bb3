import Vocabulary

/// The `data` of an event whose kind has no type of its own for it: only what the kind says is there.
struct EventPayload: Codable {
    var why: String?
    var note: String?
    var offset: Int64?
    var bound: Int64?
    var skew: Int64?
    var facts: [String: String]?
    var problems: [String]?
    var phase: RunPhase?
    var count: Int?
    var query: Int?
    var outcome: RunOutcome?
    var exitCode: Int?
    var reasons: [String]?
    var ready: Int?
    var minimum: Int?
    var mayRun: Bool?
    var keepResults: Bool?
    var epoch: Int?
    var together: Bool?
    var participants: [AgentID]?
    var arrived: [AgentID]?
    var missing: [AgentID]?

    enum CodingKeys: String, CodingKey {
        case why, note, facts, problems, phase, count, query, outcome, reasons, ready, minimum, epoch, together, participants, arrived,
            missing
        case mayRun = "may_run"
        case keepResults = "keep_results"
        case offset = "offset_ns"
        case bound = "bound_ns"
        case skew = "skew_ns"
        case exitCode = "exit_code"
    }
}

extension EventKind {
    /// What stands under `data`; nil where name, agent and stage say it all.
    var payload: (any Encodable)? {
        switch self {
        case .runBegan(let beginning): beginning
        case .controllerBegan(let beginning): beginning
        case .agentDeployed(_, let deployed): deployed
        case .stageArrived(_, _, let arrival): arrival
        case .interval(_, let figures): figures
        case .stageMeasured(_, let measure): measure
        case .steadiness(_, let finding): finding
        case .collected(_, let collection): collection
        default: simplePayload
        }
    }

    private var simplePayload: EventPayload? {
        switch self {
        case .phaseChanged(let phase): EventPayload(phase: phase)
        case .interrupted(let count, let why): EventPayload(why: why, count: count)
        case .runEnded(let outcome, let exitCode, let reasons):
            EventPayload(outcome: outcome, exitCode: exitCode, reasons: reasons)
        case .agentUnreachable(_, let why, let mayRun): EventPayload(why: why, mayRun: mayRun)
        case .clockMeasured(_, let offset, let bound):
            EventPayload(offset: offset.wholeNanoseconds, bound: bound.wholeNanoseconds)
        case .agentReady(_, let facts): EventPayload(facts: facts)
        case .agentNotReady(_, let problems): EventPayload(problems: problems)
        case .agentQueried(_, let query): EventPayload(query: query)
        case .withdrawOrdered(_, let keep): EventPayload(keepResults: keep)
        case .agentSeenGone(_, let note), .agentNotProvenGone(_, let note), .noted(let note, _, _): EventPayload(note: note)
        case .preparationFailed(let ready, let minimum): EventPayload(ready: ready, minimum: minimum)
        case .runBroke(let why), .linkDown(_, let why), .agentLost(_, let why), .agentGone(_, let why),
            .agentFailed(_, _, let why), .agentExcluded(_, _, let why), .stopOrdered(_, let why), .optionalFailure(_, _, let why),
            .stageSkipped(_, let why):
            EventPayload(why: why)
        default: stagePayload
        }
    }

    private var stagePayload: EventPayload? {
        switch self {
        case .startSkew(_, let skew, let bound): EventPayload(bound: bound.wholeNanoseconds, skew: skew.wholeNanoseconds)
        case .stageOrdered(_, let epoch, let participants): EventPayload(epoch: epoch, participants: participants)
        case .agentOrdered(_, _, let epoch, let together): EventPayload(epoch: epoch, together: together)
        case .stageBegan(_, _, let epoch), .stageEnded(_, let epoch), .finishOrdered(_, let epoch): EventPayload(epoch: epoch)
        case .barrierOpened(_, let epoch, let arrived, let missing): EventPayload(epoch: epoch, arrived: arrived, missing: missing)
        case .barrierBroke(_, let epoch, let why): EventPayload(why: why, epoch: epoch)
        default: nil
        }
    }
}
