import Glibc
import Measurement
import Plans
import Vocabulary

/// What a run leaves behind on the controller's machine: `muster-YYYYMMDD-HHMMSS-<name>/`, never written over.
package struct RunFolder: Sendable, Equatable {
    package let path: String

    package init(path: String) { self.path = path }

    /// Makes a new folder under `parent`; where the name is taken, `-2`, `-3`, … are appended to it.
    package static func create(
        under parent: String, name: String, utcNanoseconds: Int64 = SystemClock.utcNanoseconds
    ) throws(ResultsError) -> RunFolder {
        try makeFolders(parent)
        let stem = "\(parent)/muster-\(UTC.compactLabel(nanoseconds: utcNanoseconds))-\(plainFileName(name))"
        for attempt in 1...1000 {
            let path = attempt == 1 ? stem : "\(stem)-\(attempt)"
            if mkdir(path, 0o755) == 0 { return RunFolder(path: path) }
            guard errno == EEXIST else { throw .file(verb: "make folder", path: path, why: systemError()) }
        }
        throw .file(verb: "make folder", path: stem, why: "a thousand of this name are there")
    }

    package var control: ControlFolder { ControlFolder(of: self) }
    package var eventsPath: String { "\(path)/events.jsonl" }
    package var consoleLogPath: String { "\(path)/console_log.txt" }
    package func agentPath(_ agent: AgentID) -> String { "\(path)/agents/\(agent)" }

    /// Where an agent's files are put as they come home.
    package func intake(for agent: AgentID, limits: ResultIntake.Limits = .init()) throws(ResultsError) -> ResultIntake {
        try makeFolders(agentPath(agent))
        return try ResultIntake(folder: agentPath(agent), limits: limits)
    }

    /// `config.yaml`: the playbook with its secrets masked.
    package func write(maskedPlaybook: String) throws(ResultsError) { try replaceFile("\(path)/config.yaml", with: maskedPlaybook) }

    /// `run.json` and `STATUS.txt`.
    package func write(_ record: RunRecord) throws {
        try replaceFile("\(path)/run.json", with: try record.json())
        try replaceFile("\(path)/STATUS.txt", with: StatusText(record).text)
    }

    /// The stage files, `results.tsv`, `prepare_results.tsv` and `histograms/`, from the exact statistics of the agents.
    ///
    /// - Returns: what was written, stage by stage; stages that nobody reported on are left out.
    @discardableResult
    package func writeResults(_ record: RunRecord, statistics: [AgentID: [StageStatistics]]) throws -> [StageResults] {
        let stages = stageResults(record, statistics: statistics)
        for stage in stages { try stage.write(into: path) }
        for type in Set(stages.map(\.type)) { try stages.writeTotals(into: path, of: type) }
        if !stages.contains(where: { $0.type == .execute || $0.type == .hybrid }) {
            try replaceFile("\(path)/results.tsv", with: stages.workloadText)
        }
        try HistogramFolder.write(stages, into: "\(path)/histograms")
        return stages
    }

    /// `errors.tsv`, where there were any. `epochNanoseconds` reads an agent's moment by the controller's clock.
    package func writeErrors(
        _ record: RunRecord, statistics: [AgentID: [StageStatistics]], epochNanoseconds: @escaping (AgentID, Moment) -> Int64
    ) throws {
        let errors = ErrorTable(stageResults(record, statistics: statistics), epochNanoseconds: epochNanoseconds)
        if let text = errors.text { try replaceFile("\(path)/\(AgentFolder.errorsName)", with: text) }
    }

    /// The statistics that have come home with the agents' files.
    package func statisticsAtHome(_ agents: some Sequence<AgentID>) throws -> [AgentID: [StageStatistics]] {
        var found: [AgentID: [StageStatistics]] = [:]
        for agent in agents {
            let stages = try AgentFolder.readStages(agentPath(agent))
            if !stages.isEmpty { found[agent] = stages.map(\.packed) }
        }
        return found
    }

    /// The time series of the run, merged from the agents' intervals at home. `epochNanoseconds` reads an agent's moment by the
    /// controller's clock.
    package func writePerformanceLog(
        _ record: RunRecord, as plan: PerformanceLogPlan = PerformanceLogPlan(), isOpenLoop: Bool = false,
        epochNanoseconds: @escaping (AgentID, Moment) -> Int64
    ) throws {
        var sources: [PerformanceLog.Source] = []
        for agent in record.agents.map(\.id) {
            guard let intervals = try AgentFolder.intervals(agentPath(agent)) else { continue }
            sources.append(.init(agent: agent, intervals: intervals) { epochNanoseconds(agent, $0) })
        }
        let names = Dictionary(record.stages.map { ($0.order, $0.name) }, uniquingKeysWith: { first, _ in first })
        var log = try PerformanceLog(stageNames: names, sources: sources, rowLength: plan.interval, isOpenLoop: isOpenLoop)
        try log.write(to: try SeriesFile(plan.path, in: path, .replace))
    }

    private func stageResults(_ record: RunRecord, statistics: [AgentID: [StageStatistics]]) -> [StageResults] {
        record.stages.enumerated().compactMap { index, stage in
            let shares = statistics.compactMap { agent, stages in
                stages.first { $0.stage == stage.order }.map { StageResults.Share(agent: agent, statistics: $0) }
            }
            guard !shares.isEmpty else { return nil }
            var results = StageResults(
                position: index + 1, order: stage.order, name: stage.name, type: stage.plan.type, shares: shares,
                expectedAgents: record.agents.count)
            results.remarks = stage.steadiness.map { ["Throughput: \($0.text)"] } ?? []
            return results
        }
    }
}
