import Coordination
import Vocabulary

/// How far apart the agents of one stage really began, on the controller's clock, and how wrong that may be.
struct StartSkew {
    /// A beginning, as early and as late as it can have been.
    private var beginnings: [AgentID: (here: Moment, low: Moment, high: Moment)] = [:]

    /// `moment` on the agent's clock; `offset` is what is known of that clock then.
    mutating func add(_ agent: AgentID, began moment: Moment, offset: ClockEstimate.Offset) {
        guard beginnings[agent] == nil else { return }
        let here = moment - offset.value
        beginnings[agent] = (here, here - offset.bound, here + offset.bound)
    }

    /// The difference between the last and the first, and the most by which it can be wrong; nil with fewer than two.
    var measured: (skew: Duration, bound: Duration)? {
        let all = beginnings.values
        guard all.count >= 2, let first = all.map(\.here).min(), let last = all.map(\.here).max(), let firstLow = all.map(\.low).min(),
            let firstHigh = all.map(\.high).min(), let lastLow = all.map(\.low).max(), let lastHigh = all.map(\.high).max()
        else { return nil }
        let skew = last - first
        return (skew, max((lastHigh - firstLow) - skew, skew - max(.zero, lastLow - firstHigh)))
    }
}
