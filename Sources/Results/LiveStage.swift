import Measurement
import Vocabulary

/// Merges agents' intervals of one stage into what a display shows: a value, so that it can be tested without a clock.
///
/// An interval that came before, or an older one, changes nothing.
package struct LiveStage: Sendable {
    private struct Part {
        var lastIndex = -1
        var table = StatisticsTable()
        var duration = Duration.zero
        var operationsDone: UInt64 = 0
        var objects: UInt64 = 0
        var isWarmup = false
        /// Since when it has been slow; nil while it is not.
        var slowSince: Duration?
    }

    package let stage: StageOrder
    private var parts: [AgentID: Part] = [:]
    private var objectsDone: UInt64 = 0
    /// Smoothed, so that an estimate of what is left does not jump.
    private var objectsPerSecond: Double?
    private static let smoothing = 0.2

    package init(stage: StageOrder) { self.stage = stage }

    package mutating func add(_ interval: IntervalStatistics, from agent: AgentID) {
        var part = parts[agent, default: Part()]
        guard interval.stage == stage, interval.index > part.lastIndex else { return }
        part.lastIndex = interval.index
        part.table.merge(interval.table)
        part.duration += interval.duration
        part.operationsDone += interval.table.counts.operations
        part.objects += interval.objects
        part.isWarmup = interval.isWarmup
        parts[agent] = part
    }

    /// The figures of everything added since the last call, `elapsed` after the stage's beginning; nil where nothing was.
    package mutating func figures(elapsed: Duration) -> IntervalFigures? {
        let fresh = parts.filter { $0.value.duration > .zero }
        guard !fresh.isEmpty else { return nil }
        noteObjects(fresh.values)
        let figures = IntervalFigures(
            elapsed: elapsed, isWarmup: fresh.values.contains { $0.isWarmup }, agents: fresh.count,
            operationsDone: parts.values.map(\.operationsDone).saturatingSum(),
            objectsDone: objectsDone, objectsPerSecond: objectsPerSecond ?? 0,
            operations: OperationKind.allCases.compactMap { Self.merged($0, fresh.values) }, slowest: slowest(fresh, elapsed))
        for agent in fresh.keys {
            parts[agent]?.table = StatisticsTable()
            parts[agent]?.duration = .zero
            parts[agent]?.objects = 0
        }
        return figures
    }

    private mutating func noteObjects(_ parts: some Sequence<Part>) {
        var speed = 0.0
        for part in parts {
            objectsDone += part.objects
            speed += rate(Double(part.objects), over: part.duration.inSeconds)
        }
        objectsPerSecond = objectsPerSecond.map { $0 + Self.smoothing * (speed - $0) } ?? speed
    }

    /// Since when an agent has been slow without a break; nil where it is not.
    package func slowSince(_ agent: AgentID) -> Duration? { parts[agent]?.slowSince }

    /// Agents' intervals do not begin together, so rates are added up; latencies come from the merged histogram.
    private static func merged(_ kind: OperationKind, _ parts: some Sequence<Part>) -> OperationFigures? {
        var sum = OperationStatistics()
        var operations = 0.0
        var bytes = 0.0
        for part in parts {
            let own = part.table.total(of: kind)
            sum.merge(own)
            operations += rate(Double(own.count), over: part.duration.inSeconds)
            bytes += rate(Double(own.bytes), over: part.duration.inSeconds)
        }
        return sum.isEmpty ? nil : OperationFigures(kind: kind, sum, operationsPerSecond: operations, bytesPerSecond: bytes)
    }

    /// Notes who is slow and who is no longer, in an interval that began as long ago as it took.
    private mutating func slowest(_ fresh: [AgentID: Part], _ elapsed: Duration) -> SlowestAgent? {
        let rates = Rates(fresh.map { ($0, rate(Double($1.table.counts.operations), over: $1.duration.inSeconds)) })
        let slow = Set(rates.slow.map(\.agent))
        for (agent, part) in fresh {
            parts[agent]?.slowSince = slow.contains(agent) ? part.slowSince ?? max(.zero, elapsed - part.duration) : nil
        }
        guard var slowest = rates.all.first else { return nil }
        slowest.since = parts[slowest.agent]?.slowSince
        return slowest
    }
}
