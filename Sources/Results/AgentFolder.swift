import Measurement
import Plans
import Synchronization
import Vocabulary

/// An agent's own `results/`: what it measured, written while it measures, so that whatever ends it leaves all but the last second.
///
/// `intervals.bin` holds an encoded `IntervalStatistics` a record, `stages.bin` an encoded `StageStatistics`; the TSVs say the same
/// for people. Callers may be on any thread; none of them is a worker.
package final class AgentFolder: Sendable {
    package static let intervalsName = "intervals.bin"
    package static let stagesName = "stages.bin"
    package static let errorsName = "errors.tsv"
    package static let logName = "agent.log"

    private struct State {
        var intervals: RecordFile.Writer
        var stageFile: RecordFile.Writer
        var series: SeriesFile
        /// Rows of the series in the making.
        var join: IntervalJoin
        /// Begin of the first interval: `elapsed_s` counts from it.
        var beginning: Moment?
        var stages: [StageResults] = []
    }

    package let path: String
    private let agent: AgentID
    private let plan: [AgentStage]
    private let isOpenLoop: Bool
    /// Wall-clock nanoseconds at the moment 0 of this process's monotonic clock.
    private let epochOfZero: Int64
    private let state: Mutex<State>

    /// Begins the files in `path`, which is made where it is missing and must not hold earlier ones.
    package init(
        path: String, agent: AgentID, stages: [AgentStage], performanceLog: PerformanceLogPlan = PerformanceLogPlan(),
        epochOfZero: Int64 = SystemClock.utcNanoseconds - SystemClock.now.nanoseconds
    ) throws {
        try makeFolders(path, permissions: 0o700)
        self.path = path
        self.agent = agent
        plan = stages
        isOpenLoop = stages.contains(where: \.isOpenLoop)
        self.epochOfZero = epochOfZero
        let series = try SeriesFile(performanceLog.path, in: path, .createNew)
        try series.append(PerformanceRow.header(isOpenLoop: isOpenLoop))
        try series.finishFrame()
        state = Mutex(
            State(
                intervals: try RecordFile.Writer("\(path)/\(Self.intervalsName)"),
                stageFile: try RecordFile.Writer("\(path)/\(Self.stagesName)"), series: series,
                join: IntervalJoin(length: performanceLog.interval)))
    }

    /// Adds one interval, about one a second.
    package func append(_ interval: IntervalStatistics) throws {
        try state.withLock { state in
            try state.intervals.append(interval.encoded())
            let beginning = state.beginning ?? interval.begin
            state.beginning = beginning
            for row in state.join.add(interval) { try append(row, since: beginning, to: state.series) }
        }
    }

    private func append(_ row: IntervalStatistics, since beginning: Moment, to series: SeriesFile) throws {
        let row = PerformanceRow(
            agent: agent.text, epochMilliseconds: (epochOfZero + row.end.nanoseconds) / 1_000_000,
            elapsed: row.end - beginning, stage: name(of: row.stage), interval: row)
        try series.append(row.text(isOpenLoop: isOpenLoop))
        try series.finishFrame()
    }

    /// Adds a stage that has ended and writes its file and the totals anew; one that is not in the plan changes nothing.
    package func append(_ statistics: StageStatistics) throws {
        guard let index = plan.firstIndex(where: { $0.order == statistics.stage }) else { return }
        let stage = StageResults(
            position: index + 1, order: statistics.stage, name: plan[index].name, type: plan[index].type,
            shares: [.init(agent: agent, statistics: statistics)], expectedAgents: 1)
        try state.withLock { state in
            if let rest = state.join.finish() { try append(rest, since: state.beginning ?? rest.begin, to: state.series) }
            try state.stageFile.append(statistics.encoded())
            state.stages.removeAll { $0.order == stage.order }
            state.stages.append(stage)
            try state.stages.write(into: path, changed: stage)
            let errors = ErrorTable(state.stages) { [epochOfZero] _, moment in epochOfZero + moment.nanoseconds }
            if let text = errors.text { try replaceFile("\(path)/\(Self.errorsName)", with: text) }
        }
    }

    private func name(of stage: StageOrder) -> String { plan.first { $0.order == stage }?.name ?? "\(stage)" }

    /// The stages that an agent's folder holds, whoever wrote it: the newest of each order, what is no stage left out.
    package static func readStages(_ path: String) throws -> [StageStatistics] {
        var newest: [StageOrder: StageStatistics] = [:]
        for record in try RecordFile.read("\(path)/\(stagesName)") {
            guard let statistics = StageStatistics(encoded: record) else { continue }
            newest[statistics.stage] = statistics
        }
        return newest.values.sorted { $0.stage < $1.stage }
    }

    /// The intervals that an agent's folder holds, one after the other; nil where there are none.
    package static func intervals(_ path: String) throws -> RecordFile.Reader? {
        try RecordFile.Reader("\(path)/\(intervalsName)")
    }
}

extension [StageResults] {
    /// Writes the file of one stage, and the totals that change with it.
    func write(into folder: String, changed stage: StageResults) throws(ResultsError) {
        try stage.write(into: folder)
        try writeTotals(into: folder, of: stage.type)
    }

    /// Writes the totals that stages of this type are in.
    func writeTotals(into folder: String, of type: StageType) throws(ResultsError) {
        switch type {
        case .execute, .hybrid:
            try replaceFile("\(folder)/results.tsv", with: workloadText)
            if let workloadEndpointText { try replaceFile("\(folder)/workload_endpoint_stats.tsv", with: workloadEndpointText) }
        case .prepare:
            if let prepareText { try replaceFile("\(folder)/prepare_results.tsv", with: prepareText) }
            if let prepareEndpointText { try replaceFile("\(folder)/prepare_endpoint_stats.tsv", with: prepareEndpointText) }
        case .validation, .cleanup, .custom: break
        }
    }
}

extension StageResults {
    /// Writes the stage's own file.
    func write(into folder: String) throws(ResultsError) { try replaceFile("\(folder)/\(fileName)", with: text) }
}
