import Coordination
import Vocabulary

/// What the controller knows of one agent's clock, and the task that keeps it known.
struct AgentClock: Sendable {
    /// Exchanges of the first measurement; they follow each other at once.
    static let firstExchanges = 24
    /// Pings that follow each other at once: more than that, since those of a busy moment replace each other.
    static let firstPings = 64

    private var estimate = ClockEstimate()
    private var measuring: Task<Void, Never>?

    /// The best known now; nil before the first exchange.
    var offset: ClockEstimate.Offset? { estimate.offset(at: SystemClock.now) }

    /// Takes in an exchange; what is known now, where this was the one with which the first measurement is good enough to be told.
    mutating func takeFirst(_ exchange: ClockEstimate.Exchange) -> ClockEstimate.Offset? {
        let before = estimate.offset(at: exchange.received)?.exchanges ?? 0
        estimate.add(exchange)
        let after = estimate.offset(at: exchange.received)
        return before < Self.firstExchanges && after?.exchanges == Self.firstExchanges ? after : nil
    }

    mutating func measure(with task: Task<Void, Never>) {
        measuring?.cancel()
        measuring = task
    }

    mutating func stopMeasuring() {
        measuring?.cancel()
        measuring = nil
    }
}

/// The moment at which the agents of one batch of orders begin together.
struct CommonStart {
    private let controllerMoment: Moment
    private let clocks: [AgentID: AgentClock]

    /// Least time from the order to the common moment: orders have to arrive before it.
    static let lead = Duration.milliseconds(200)

    /// Looks through `actions` for orders that begin together and takes the longest delay that one of them asks for.
    init(_ actions: [RunAction], now: Moment, clocks: [AgentID: AgentClock]) {
        var delay = Self.lead
        for case .order(_, .begin(_, _, true, let wanted)) in actions { delay = max(delay, wanted) }
        let slowest = clocks.values.compactMap { $0.offset?.bound }.max() ?? .zero
        // The bound is half a round trip: an order over the slowest link needs that long, and some more for a retransmission.
        controllerMoment = now + max(delay, slowest * 4)
        self.clocks = clocks
    }

    /// The common moment on the agent's own clock; nil where that is not known: it begins at once.
    func moment(for agent: AgentID) -> Moment? {
        clocks[agent]?.offset.map { controllerMoment + $0.value }
    }
}
