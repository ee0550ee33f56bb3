import Coordination
import Vocabulary

/// How far apart the agents of one stage really began, on the controller's clock, and how wrong that may be.
struct StartSkew {
    private var earliest: Moment?
    private var latest: Moment?
    private var bound = Duration.zero
    private(set) var agents: Set<AgentID> = []

    /// `moment` on the agent's clock; `offset` is what is known of that clock.
    mutating func add(_ agent: AgentID, began moment: Moment, offset: ClockEstimate.Offset) {
        guard agents.insert(agent).inserted else { return }
        let here = moment - offset.value
        earliest = min(earliest ?? here, here)
        latest = max(latest ?? here, here)
        bound = max(bound, offset.bound)
    }

    /// The difference between the last and the first, and its bound: either end may be off by the widest bound of a clock.
    var measured: (skew: Duration, bound: Duration)? {
        guard let earliest, let latest, agents.count >= 2 else { return nil }
        return (latest - earliest, bound * 2)
    }
}
