import Measurement
import Plans
import Results
import Vocabulary

/// Makes one series of the throughput of all agents out of their intervals, and looks at its last window whenever a batch is whole.
///
/// Intervals are laid on the controller's clock and cut into batches of a twentieth of the window. A batch counts when every agent at work has told
/// of all of it; where one has not (intervals that a broken link lost), or the agents at work are others than before, the window
/// begins anew: a mean over a hole or over other agents would be another throughput.
struct SteadyStateWatch {
    /// How far one agent's intervals have come, on the controller's clock.
    private struct Told {
        var from: Moment
        var to: Moment
        /// On the agent's own clock: where the next interval begins if none is missing.
        var ownEnd: Moment
    }

    private let policy: SteadyStatePolicy
    private let batch: Duration
    private var told: [AgentID: Told] = [:]
    private var origin: Moment?
    /// Amounts of batches that are not whole yet, by number.
    private var open: [Int: Double] = [:]
    private var next = 1
    private var working: Set<AgentID> = []
    /// Throughputs of whole batches without a hole, the newest last.
    private var window: [Double] = []
    /// Of the last window that was looked at.
    private(set) var found: Steadiness?
    private var lookedUntil = Duration.zero
    /// Batches that may wait for an agent.
    private static let patience = 3 * Steadiness.batches

    init(_ policy: SteadyStatePolicy) {
        self.policy = policy
        batch = policy.window / Steadiness.batches
    }

    /// What is known; `unrest` is nil where the last window has settled.
    var finding: SteadinessFinding {
        let unrest =
            found.map { $0.unrest(precision: policy.precision, drift: policy.drift) }
            ?? "no whole window of \(fixed(policy.window.inSeconds, decimals: 1)) s was told of"
        return SteadinessFinding(
            unrest: unrest, after: lookedUntil, window: policy.window, metric: policy.metric.rawValue, confidence: policy.confidence, found)
    }

    /// Takes in an agent's interval; true where the throughput has settled with it.
    ///
    /// - Parameters:
    ///   - offset: the agent's clock minus the controller's.
    ///   - working: the agents that perform the stage now.
    mutating func add(_ interval: IntervalStatistics, from agent: AgentID, offset: Duration, working: Set<AgentID>) -> Bool {
        guard !interval.isWarmup, interval.end > interval.begin else { return false }
        let begin = interval.begin - offset
        let end = interval.end - offset
        let origin = self.origin ?? begin
        self.origin = origin
        if let known = told[agent] {
            guard interval.begin >= known.ownEnd else { return false }
            told[agent] = Told(from: interval.begin == known.ownEnd ? known.from : begin, to: end, ownEnd: interval.end)
        } else {
            told[agent] = Told(from: begin, to: end, ownEnd: interval.end)
        }
        spread(amount(interval), from: begin - origin, to: end - origin)
        if working != self.working {
            self.working = working
            window = []
        }
        return close(since: origin)
    }

    private func amount(_ interval: IntervalStatistics) -> Double {
        let total = interval.table.total
        return Double(policy.metric == .bytes ? total.bytes : total.count)
    }

    /// Gives each batch its part of the interval's time.
    private mutating func spread(_ amount: Double, from begin: Duration, to end: Duration) {
        let last = max(0, Int((end - .nanoseconds(1)) / batch))
        for number in max(0, Int(begin / batch))...last where number >= next {
            let overlap = min(end, batch * (number + 1)) - max(begin, batch * number)
            if overlap > .zero { open[number, default: 0] += amount * overlap.inSeconds / (end - begin).inSeconds }
        }
    }

    /// Closes all batches that are whole; true as soon as one of them makes a window that has settled.
    private mutating func close(since origin: Moment) -> Bool {
        guard let newest = working.compactMap({ told[$0]?.to }).max() else { return false }
        while origin + batch * (next + 1) <= newest {
            let (begin, end) = (origin + batch * next, origin + batch * (next + 1))
            let parts = working.map { told[$0] }
            guard parts.allSatisfy({ ($0?.to ?? .zero) >= end }) else {
                guard origin + batch * (next + Self.patience) < newest else { return false }
                skip()
                continue
            }
            // Agents begin within milliseconds of each other.
            guard parts.allSatisfy({ ($0?.from ?? end) <= begin + batch / 10 }) else {
                skip()
                continue
            }
            window.append((open.removeValue(forKey: next) ?? 0) / batch.inSeconds)
            next += 1
            if window.count > Steadiness.batches { window.removeFirst() }
            if look(at: batch * next) { return true }
        }
        return false
    }

    private mutating func skip() {
        open[next] = nil
        next += 1
        window = []
    }

    private mutating func look(at end: Duration) -> Bool {
        guard window.count == Steadiness.batches else { return false }
        found = Steadiness(window, confidence: policy.confidence)
        lookedUntil = end
        return found.map { $0.unrest(precision: policy.precision, drift: policy.drift) == nil } ?? false
    }
}

extension Plan {
    /// How often agents cut and tell their intervals: often enough for the screen, the time series and each batch of a window.
    func intervalLength(refresh: Duration) -> Duration {
        let batches = stages.compactMap { $0.steadyState.map { $0.window / Steadiness.batches } }
        return max(.milliseconds(100), ([refresh, performanceLog?.interval ?? refresh] + batches).min() ?? refresh)
    }
}
