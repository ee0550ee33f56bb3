import Coordination
import Vocabulary

/// The moment at which the agents of one batch of orders begin together, or end their loads.
struct CommonStart {
    /// On the controller's clock.
    let controllerMoment: Moment
    private let clocks: [AgentID: AgentClock]

    /// Least time from the order to the common moment: orders have to arrive before it.
    static let lead = Duration.milliseconds(200)

    /// Looks through `actions` for orders that begin together and takes the longest delay that one of them asks for.
    init(_ actions: [RunAction], now: Moment, clocks: [AgentID: AgentClock]) {
        var delay = Duration.zero
        for case .order(_, .begin(_, _, true, let wanted)) in actions { delay = max(delay, Self.lead, wanted) }
        for case .order(_, .finish) in actions { delay = max(delay, Self.lead) }
        if delay > .zero {
            // The bound is half a round trip: an order over the slowest link needs that long, and some more for a retransmission.
            delay = max(delay, (clocks.values.compactMap { $0.offset?.bound }.max() ?? .zero) * 4)
        }
        controllerMoment = now + delay
        self.clocks = clocks
    }

    /// The common moment on the agent's own clock; nil where that is not known: it begins at once.
    func moment(for agent: AgentID) -> Moment? {
        clocks[agent]?.offset.map { controllerMoment + $0.value }
    }
}
