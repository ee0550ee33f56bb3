import Vocabulary

/// What is known of an agent's clock: its offset from the controller's, with a bound that holds.
///
/// An exchange (sent, received there, answered there, received here) takes some time each way, so the offset lies between what the two ways
/// would say if they took none (RFC 5905 §8). Of several exchanges it lies between the highest of the lower ends and the lowest of the upper
/// ends, even where each of them was quick one way only. Ends give way by `drift` for each second between the exchange and the moment asked for.
package struct ClockEstimate: Sendable {
    /// One question and its answer. `sent` and `received` are the controller's moments, the two between them the agent's.
    package struct Exchange: Hashable, Sendable {
        package var sent: Moment
        package var agentReceived: Moment
        package var agentSent: Moment
        package var received: Moment

        package init(sent: Moment, agentReceived: Moment, agentSent: Moment, received: Moment) {
            self.sent = sent
            self.agentReceived = agentReceived
            self.agentSent = agentSent
            self.received = received
        }
    }

    /// An offset and how far from the truth it can be.
    package struct Offset: Hashable, Sendable {
        /// The agent's clock minus the controller's.
        package var value: Duration
        package var bound: Duration
        /// Exchanges it was chosen from.
        package var exchanges: Int

        package init(value: Duration, bound: Duration, exchanges: Int) {
            self.value = value
            self.bound = bound
            self.exchanges = exchanges
        }
    }

    /// Exchanges kept.
    package static let window = 64
    /// How fast the two clocks may drift apart: what NTP's slewing of CLOCK_MONOTONIC is limited to.
    package let driftPartsPerMillion: Int64

    private var samples: [Sample] = []
    /// Where the oldest is, once the window is full.
    private var next = 0

    private struct Sample: Sendable {
        /// Between `sent` and `received`, the controller's moments, the offset was at least `low` and at most `high`.
        var low: Int64
        var high: Int64
        var sent: Int64
        var received: Int64
    }

    package init(driftPartsPerMillion: Int64 = 500) {
        self.driftPartsPerMillion = driftPartsPerMillion
    }

    /// Takes in one exchange; one that contradicts itself (a negative round trip) is ignored.
    package mutating func add(_ exchange: Exchange) {
        let there = exchange.agentSent.nanoseconds - exchange.agentReceived.nanoseconds
        let roundTrip = exchange.received.nanoseconds - exchange.sent.nanoseconds - there
        guard roundTrip >= 0, there >= 0 else { return }
        let sample = Sample(
            low: exchange.agentSent.nanoseconds - exchange.received.nanoseconds,
            high: exchange.agentReceived.nanoseconds - exchange.sent.nanoseconds, sent: exchange.sent.nanoseconds,
            received: exchange.received.nanoseconds)
        if samples.count < Self.window {
            samples.append(sample)
        } else {
            samples[next] = sample
            next = (next + 1) % Self.window
        }
    }

    /// What is known of `moment`, the controller's, be it past or now; nil before the first exchange.
    ///
    /// Exchanges that newer ones contradict are left out: a machine that was suspended has another offset since.
    package func offset(at moment: Moment) -> Offset? {
        guard var low = samples.last.map({ _ in Int64.min }) else { return nil }
        var high = Int64.max
        var agreeing = 0
        for age in 1...samples.count {
            let sample = samples[(next - age + samples.count) % samples.count]
            let drift = drift(max(abs(moment.nanoseconds - sample.sent), abs(moment.nanoseconds - sample.received)))
            let lower = max(low, sample.low - drift)
            let upper = min(high, sample.high + drift)
            guard lower <= upper else { break }
            (low, high, agreeing) = (lower, upper, age)
        }
        let value = low + (high - low) / 2
        return Offset(value: .nanoseconds(value), bound: .nanoseconds((high - low) / 2 + 1), exchanges: agreeing)
    }

    /// The most by which the clocks can have drifted apart in a time.
    private func drift(_ time: Int64) -> Int64 { (time / 1_000_000 + 1) * driftPartsPerMillion }

    /// The controller's `moment` on the agent's clock.
    package func agentMoment(of moment: Moment, now: Moment) -> Moment? {
        offset(at: now).map { moment + $0.value }
    }

    /// The agent's `moment` on the controller's clock.
    package func controllerMoment(of moment: Moment, now: Moment) -> Moment? {
        offset(at: now).map { moment - $0.value }
    }
}
