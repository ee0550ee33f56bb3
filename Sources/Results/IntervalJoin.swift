import Measurement
import Vocabulary

/// Joins one agent's intervals, in their order, to rows of a length: `perf_log.interval`.
///
/// Rows begin with a stage and, anew, behind its warm-up, so that none holds both. Their `index` is their number from there, the same for all
/// agents. An interval as long as a row is one.
struct IntervalJoin {
    private let length: Duration
    private var open: IntervalStatistics?
    /// Where the rows began that `open` or the last row belongs to.
    private var origin: (stage: StageOrder, isWarmup: Bool, begin: Moment)?
    /// Behind those of a warm-up, however many it has.
    private static let firstMeasured = 1 << 32

    init(length: Duration) { self.length = max(length, .milliseconds(1)) }

    /// Takes the next interval; the rows that are whole now.
    mutating func add(_ interval: IntervalStatistics) -> [IntervalStatistics] {
        var whole: [IntervalStatistics] = []
        if origin?.stage != interval.stage || origin?.isWarmup != interval.isWarmup {
            if let rest = finish() { whole.append(rest) }
            origin = (interval.stage, interval.isWarmup, interval.begin)
        }
        let begin = origin?.begin ?? interval.begin
        let row = Int((interval.begin + interval.duration / 2 - begin) / length)
        let index = interval.isWarmup ? row : row + Self.firstMeasured
        if let earlier = open, earlier.index != index {
            whole.append(earlier)
            open = nil
        }
        let joined = open.map { Self.join($0, interval) } ?? Self.numbered(interval, index)
        open = joined
        if interval.end >= begin + length * (row + 1) - interval.duration / 4 {
            whole.append(joined)
            open = nil
        }
        return whole
    }

    /// The last row, which may be shorter; nil where none is begun.
    mutating func finish() -> IntervalStatistics? {
        defer { open = nil }
        return open
    }

    private static func numbered(_ interval: IntervalStatistics, _ index: Int) -> IntervalStatistics {
        var interval = interval
        interval.index = index
        return interval
    }

    private static func join(_ row: IntervalStatistics, _ interval: IntervalStatistics) -> IntervalStatistics {
        var row = row
        row.table.merge(interval.table)
        row.host.add(interval.host)
        row.end = interval.end
        return row
    }
}
