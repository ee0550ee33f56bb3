import Measurement
import Vocabulary

/// Makes the run's `perf_log.tsv` out of the agents' own intervals: rows an agent and interval, and after them one `ALL` row that is
/// computed from the merged histograms.
///
/// The files are read side by side, a row an agent at a time: memory does not grow with the length of the run. Intervals
/// belong together by stage and index, since a stage's intervals count from its ordered beginning.
package struct PerformanceLog {
    /// One agent's intervals and how its clock is to be read.
    package struct Source {
        package var agent: AgentID
        package var intervals: RecordFile.Reader
        /// Wall-clock nanoseconds since 1970, by the controller's clock, of a moment of the agent.
        package var epochNanoseconds: (Moment) -> Int64

        package init(agent: AgentID, intervals: RecordFile.Reader, epochNanoseconds: @escaping (Moment) -> Int64) {
            self.agent = agent
            self.intervals = intervals
            self.epochNanoseconds = epochNanoseconds
        }
    }

    private struct Head {
        var source: Source
        var rows: JoinedIntervals
        var interval: IntervalStatistics
    }

    private let stageNames: [StageOrder: String]
    private let isOpenLoop: Bool
    private var heads: [Head] = []
    private var beginning: Int64?

    /// `rowLength`: `perf_log.interval`. `isOpenLoop`: whether a stage has intended beginnings.
    package init(stageNames: [StageOrder: String], sources: [Source], rowLength: Duration, isOpenLoop: Bool) throws {
        self.stageNames = stageNames
        self.isOpenLoop = isOpenLoop
        for source in sources.sorted(by: { $0.agent < $1.agent }) {
            let rows = JoinedIntervals(source, length: rowLength)
            if let interval = try rows.next() { heads.append(Head(source: source, rows: rows, interval: interval)) }
        }
    }

    /// Writes header and rows.
    mutating func write(to file: SeriesFile) throws {
        try file.append(PerformanceRow.header(isOpenLoop: isOpenLoop))
        while let first = heads.map({ Place($0.interval) }).min() {
            try file.append(try takeRows(at: first))
        }
        try file.finishFrame()
    }

    private struct Place: Comparable {
        var stage: StageOrder
        var index: Int

        init(_ interval: IntervalStatistics) {
            stage = interval.stage
            index = interval.index
        }

        static func < (a: Place, b: Place) -> Bool { (a.stage, a.index) < (b.stage, b.index) }
    }

    private mutating func takeRows(at place: Place) throws -> String {
        var rows: [PerformanceRow] = []
        var rest: [Head] = []
        for head in heads {
            guard Place(head.interval) == place else {
                rest.append(head)
                continue
            }
            rows.append(row(head))
            if let next = try head.rows.next() { rest.append(Head(source: head.source, rows: head.rows, interval: next)) }
        }
        heads = rest
        if let all = PerformanceRow(merging: rows) { rows.append(all) }
        return rows.map { $0.text(isOpenLoop: isOpenLoop) }.joined()
    }

    private mutating func row(_ head: Head) -> PerformanceRow {
        let begin = head.source.epochNanoseconds(head.interval.begin)
        let end = head.source.epochNanoseconds(head.interval.end)
        let origin = beginning ?? begin
        beginning = origin
        return PerformanceRow(
            agent: head.source.agent.text, epochMilliseconds: end / 1_000_000, elapsed: .nanoseconds(max(0, end - origin)),
            stage: stageNames[head.interval.stage] ?? "\(head.interval.stage)", interval: head.interval)
    }

}

/// One agent's intervals as they are read, joined to rows.
private final class JoinedIntervals {
    private let source: PerformanceLog.Source
    private var join: IntervalJoin
    private var ready: [IntervalStatistics] = []

    init(_ source: PerformanceLog.Source, length: Duration) {
        self.source = source
        join = IntervalJoin(length: length)
    }

    /// The next row; nil behind the last.
    func next() throws -> IntervalStatistics? {
        while ready.isEmpty {
            guard let record = try source.intervals.next() else { return join.finish() }
            guard let interval = IntervalStatistics(encoded: record) else {
                throw ResultsError.records(path: "intervals of \(source.agent)", why: "a record is no interval")
            }
            ready = join.add(interval)
        }
        return ready.removeFirst()
    }
}

extension PerformanceRow {
    /// The row `ALL` over agents' rows of one interval; nil over none.
    package init?(merging rows: [PerformanceRow]) {
        guard var sum = rows.first else { return nil }
        sum.agent = "ALL"
        for row in rows.dropFirst() {
            sum.table.merge(row.table)
            sum.duration = max(sum.duration, row.duration)
            sum.epochMilliseconds = max(sum.epochMilliseconds, row.epochMilliseconds)
            sum.elapsed = max(sum.elapsed, row.elapsed)
            sum.isWarmup = sum.isWarmup || row.isWarmup
            sum.agents += row.agents
        }
        sum.host = HostCounters.sum(rows.map(\.host))
        self = sum
    }
}
