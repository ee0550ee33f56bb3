import Vocabulary

/// What is known of an agent's clock: its offset from the controller's, with a bound.
///
/// Of an exchange (sent, received there, answered there, received here) the offset is the middle of what the round trip
/// leaves open, and half the round trip is its bound (RFC 5905 §8). The exchange with the tightest bound counts; an older one's
/// bound widens by `drift` for each second of its age.
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
    }

    /// Exchanges kept.
    package static let window = 64
    /// How fast the two clocks may drift apart: what NTP's slewing of CLOCK_MONOTONIC is limited to.
    package let driftPartsPerMillion: Int64

    private var samples: [Sample] = []
    private var next = 0

    private struct Sample: Sendable {
        var offset: Int64
        var halfRoundTrip: Int64
        var received: Moment
    }

    package init(driftPartsPerMillion: Int64 = 500) {
        self.driftPartsPerMillion = driftPartsPerMillion
    }

    /// Takes in one exchange; one that contradicts itself (a negative round trip) is ignored.
    package mutating func add(_ exchange: Exchange) {
        let there = exchange.agentSent.nanoseconds - exchange.agentReceived.nanoseconds
        let roundTrip = exchange.received.nanoseconds - exchange.sent.nanoseconds - there
        guard roundTrip >= 0, there >= 0 else { return }
        let outward = exchange.agentReceived.nanoseconds - exchange.sent.nanoseconds
        let homeward = exchange.agentSent.nanoseconds - exchange.received.nanoseconds
        let sample = Sample(
            offset: outward - (outward - homeward) / 2, halfRoundTrip: roundTrip / 2 + 1, received: exchange.received)
        if samples.count < Self.window {
            samples.append(sample)
        } else {
            samples[next] = sample
            next = (next + 1) % Self.window
        }
    }

    /// The best that is known at `now`, the controller's moment; nil before the first exchange.
    package func offset(at now: Moment) -> Offset? {
        var best: (value: Int64, bound: Int64)?
        for sample in samples {
            let age = max(0, now.nanoseconds - sample.received.nanoseconds)
            let bound = sample.halfRoundTrip + age / 1_000_000 * driftPartsPerMillion
            if best.map({ bound < $0.bound }) ?? true { best = (sample.offset, bound) }
        }
        return best.map { Offset(value: .nanoseconds($0.value), bound: .nanoseconds($0.bound), exchanges: samples.count) }
    }

    /// The controller's `moment` on the agent's clock.
    package func agentMoment(of moment: Moment, now: Moment) -> Moment? {
        offset(at: now).map { moment + $0.value }
    }

    /// The agent's `moment` on the controller's clock.
    package func controllerMoment(of moment: Moment, now: Moment) -> Moment? {
        offset(at: now).map { moment - $0.value }
    }
}
