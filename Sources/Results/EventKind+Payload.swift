import Vocabulary

/// The `data` of an event whose kind has no type of its own for it: only what the kind says is there.
struct EventPayload: Codable {
    var why: String?
    var note: String?
    var cached: Bool?
    var sentBytes: Int64?
    var offset: Int64?
    var bound: Int64?
    var skew: Int64?
    var facts: [String: String]?
    var problems: [String]?
    var phase: RunPhase?
    var count: Int?
    var outcome: RunOutcome?
    var exitCode: Int?
    var reasons: [String]?

    enum CodingKeys: String, CodingKey {
        case why, note, cached, facts, problems, phase, count, outcome, reasons
        case sentBytes = "sent_bytes"
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
        case .stageArrived(_, _, let arrival): arrival
        case .interval(_, let figures): figures
        case .stageMeasured(_, let measure): measure
        case .collected(_, let collection): collection
        case .phaseChanged(let phase): EventPayload(phase: phase)
        case .interrupted(let count): EventPayload(count: count)
        case .runEnded(let outcome, let exitCode, let reasons):
            EventPayload(outcome: outcome, exitCode: exitCode, reasons: reasons)
        case .agentDeployed(_, let cached, let sent): EventPayload(cached: cached, sentBytes: sent.bytes)
        case .clockMeasured(_, let offset, let bound):
            EventPayload(offset: offset.wholeNanoseconds, bound: bound.wholeNanoseconds)
        case .startSkew(_, let skew, let bound): EventPayload(bound: bound.wholeNanoseconds, skew: skew.wholeNanoseconds)
        case .agentReady(_, let facts): EventPayload(facts: facts)
        case .agentNotReady(_, let problems): EventPayload(problems: problems)
        case .agentSeenGone(_, let note), .agentNotProvenGone(_, let note), .noted(let note, _, _): EventPayload(note: note)
        case .stopOrdered(let why), .agentUnreachable(_, let why), .linkDown(_, let why), .agentLost(_, let why),
            .agentFailed(_, let why), .agentExcluded(_, let why), .barrierBroke(_, let why):
            EventPayload(why: why)
        case .hostReached, .linkUp, .relinked, .stopAcknowledged, .stageOrdered, .stageBegan, .barrierOpened: nil
        }
    }
}
