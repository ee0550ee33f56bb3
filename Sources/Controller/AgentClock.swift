import Coordination
import Vocabulary

/// What the controller knows of one agent's clock, and the tasks that keep it known.
struct AgentClock: Sendable {
    /// Exchanges of the first measurement; they follow each other at once.
    static let firstExchanges = 24

    private var estimate = ClockEstimate()
    private(set) var track = ClockTrack()
    /// What was told last.
    private var told: ClockEstimate.Offset?
    private var measuring: Task<Void, Never>?
    private var measuringStart: Task<Void, Never>?

    /// The best known now; nil before the first exchange.
    var offset: ClockEstimate.Offset? { estimate.offset(at: SystemClock.now) }

    /// Whether the first measurement is done.
    var isKnown: Bool { told != nil }

    /// What is known of a moment of the agent's clock that is not long ago.
    func offset(around moment: Moment) -> ClockEstimate.Offset? {
        offset.flatMap { estimate.offset(at: moment - $0.value) }
    }

    /// Takes in an exchange; what is known now, where it is worth telling: the first measurement is good enough, or the clock has drifted out of
    /// the bounds of what was told.
    mutating func take(_ exchange: ClockEstimate.Exchange) -> ClockEstimate.Offset? {
        estimate.add(exchange)
        guard let known = estimate.offset(at: exchange.received) else { return nil }
        track.add(known, at: exchange.received)
        if let told {
            let moved = known.value - told.value
            guard max(moved, .zero - moved) > told.bound + known.bound else { return nil }
        } else if known.exchanges < Self.firstExchanges {
            return nil
        }
        told = known
        return known
    }

    mutating func measure(with task: Task<Void, Never>) {
        measuring?.cancel()
        measuring = task
    }

    mutating func measureStart(with task: Task<Void, Never>) {
        measuringStart?.cancel()
        measuringStart = task
    }

    mutating func stopMeasuring() {
        measuring?.cancel()
        measuringStart?.cancel()
        measuring = nil
        measuringStart = nil
    }
}
