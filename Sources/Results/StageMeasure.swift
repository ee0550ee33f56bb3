import Measurement
import Vocabulary

/// A stage's figures merged over the agents that arrived, and over whom and when they are.
package struct StageMeasure: Codable, Sendable, Equatable {
    /// From when to when all agents of a measure were at work: since the run began, on the controller's clock.
    package struct Window: Codable, Sendable, Equatable {
        @InNanoseconds package var begin: Duration
        @InNanoseconds package var end: Duration

        package init(begin: Duration, end: Duration) {
            self.begin = begin
            self.end = end
        }

        package var length: Duration { end - begin }

        enum CodingKeys: String, CodingKey {
            case begin = "begin_ns"
            case end = "end_ns"
        }
    }

    /// Agents whose statistics are in it.
    package var agents: Int
    /// Participants whose statistics are not.
    package var missing: [AgentID]
    /// The longest measured time of an agent: the rates are over it.
    @InNanoseconds package var elapsed: Duration
    /// nil where there was no moment at which all were at work, or a clock is not known.
    package var window: Window?
    package var operations: [OperationFigures]
    /// Agents that did less than half of what the median agent did, the slowest first.
    package var slow: [SlowestAgent]
    /// The figures without those; empty where there are none.
    package var withoutSlow: [OperationFigures]

    package init(
        agents: Int, missing: [AgentID] = [], elapsed: Duration, window: Window? = nil, operations: [OperationFigures],
        slow: [SlowestAgent] = [], withoutSlow: [OperationFigures] = []
    ) {
        self.agents = agents
        self.missing = missing
        self.elapsed = elapsed
        self.window = window
        self.operations = operations
        self.slow = slow
        self.withoutSlow = withoutSlow
    }

    enum CodingKeys: String, CodingKey {
        case agents, missing, window, operations, slow
        case elapsed = "elapsed_ns"
        case withoutSlow = "without_slow"
    }
}

extension StageMeasure {
    /// The figures of a stage; rates are over the longest measured time.
    ///
    /// - Parameters:
    ///   - merged: those parts, where they are merged already.
    ///   - participants: who took part.
    ///   - elapsed: an agent's moment as time since the run began; nil where its clock is not known.
    ///   - slowSince: since when an agent was slow, from the beginning of the stage.
    package init(
        merging parts: [AgentID: StageStatistics], merged: StageMerge? = nil, participants: Set<AgentID> = [],
        elapsed: (AgentID, Moment) -> Duration? = { _, _ in nil }, slowSince: (AgentID) -> Duration? = { _ in nil }
    ) {
        let merged = merged ?? StageMerge(parts.values)
        self.init(
            agents: parts.count, missing: participants.subtracting(parts.keys).sorted(), elapsed: merged.elapsed,
            window: Self.window(parts, elapsed), operations: merged.figures)
        let rates = Rates(parts.map { ($0, rate(Double($1.table.counts.operations), over: $1.duration.inSeconds)) })
        slow = rates.slow.map { agent in
            var agent = agent
            agent.since = slowSince(agent.agent)
            return agent
        }
        let slowNames = Set(slow.map(\.agent))
        if !slow.isEmpty { withoutSlow = StageMerge(parts.filter { !slowNames.contains($0.key) }.values).figures }
    }

    private static func window(_ parts: [AgentID: StageStatistics], _ elapsed: (AgentID, Moment) -> Duration?) -> Window? {
        let begins = parts.compactMap { elapsed($0, $1.begin) }
        let ends = parts.compactMap { elapsed($0, $1.end) }
        guard begins.count == parts.count, ends.count == parts.count, let begin = begins.max(), let end = ends.min(), begin < end else {
            return nil
        }
        return Window(begin: begin, end: end)
    }
}

/// What agents counted in one stage, together: merged as they arrive, so that nobody waits for it when the last one has.
package struct StageMerge: Sendable {
    private var table = StatisticsTable()
    /// The longest measured time of an agent.
    private(set) var elapsed = Duration.zero
    /// How many agents' statistics are in it.
    package private(set) var parts = 0

    package init() {}

    package init(_ parts: some Sequence<StageStatistics>) { for part in parts { add(part) } }

    package mutating func add(_ part: StageStatistics) {
        table.merge(part.table)
        elapsed = max(elapsed, part.duration)
        parts += 1
    }

    var figures: [OperationFigures] { table.figures(seconds: elapsed.inSeconds) }
}

/// Agents' rates of one stage or interval, side by side.
struct Rates {
    /// An agent below this part of the median is slow.
    static let slowShare = 0.5

    /// The slowest first.
    let all: [SlowestAgent]

    init(_ rates: [(agent: AgentID, rate: Double)]) {
        let sorted = rates.sorted { ($0.rate, $0.agent) < ($1.rate, $1.agent) }
        guard sorted.count > 1 else {
            all = []
            return
        }
        let median = (sorted[(sorted.count - 1) / 2].rate + sorted[sorted.count / 2].rate) / 2
        all = sorted.map { SlowestAgent(agent: $0.agent, operationsPerSecond: $0.rate, shareOfMedian: median > 0 ? $0.rate / median : 1) }
    }

    var slow: [SlowestAgent] { all.filter { $0.shareOfMedian < Self.slowShare } }
}
