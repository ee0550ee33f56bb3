import Results

extension Words {
    /// An event that only tells why things went as they did; nil for any other.
    static func note(_ kind: EventKind) -> String? {
        switch kind {
        case .noted(let text, _, _): text
        case .stageSkipped(_, let why): "skipped: \(why)"
        case .agentQueried(_, let query): "silent; asked whether it lives (query \(query))"
        case .optionalFailure(_, _, let why): "failed an optional stage: \(why)"
        case .agentStraggles: "the barrier opened without it; it works on"
        case .agentRejoined: "has ended its stage and takes part again"
        case .stopOrdered(_, let why): "told to stop: \(why)"
        case .agentStays: "started by hand: it stays to hand over its results"
        case .stopUnacknowledged: "did not acknowledge the stop in time"
        default: nil
        }
    }
}
