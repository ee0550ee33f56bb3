import Coordination
import Measurement
import Plans
import Results
import Vocabulary

/// Writes what a run leaves behind, once nothing more can come home.
struct RunClosing {
    let folder: RunFolder
    let plan: Plan
    /// What agents reported when they arrived.
    let statistics: [AgentID: [StageOrder: StageStatistics]]
    let clocks: [AgentID: AgentClock]

    /// The result files; returns what could not be written, or is missing from them.
    func writeResults(_ record: RunRecord) -> [String] {
        var missing = unlogged
        func attempt(_ what: String, _ write: () throws -> Void) {
            do { try write() } catch { missing.append("\(what) could not be written: \(error)") }
        }
        attempt("config.yaml") { try folder.write(maskedPlaybook: plan.maskedPlaybook) }
        attempt("the results") { try folder.writeResults(record, statistics: try merged()) }
        let zero = SystemClock.utcNanoseconds - SystemClock.now.nanoseconds
        let epoch = { [clocks] (agent: AgentID, moment: Moment) in
            zero + moment.nanoseconds - (clocks[agent]?.track.offset(at: moment)?.wholeNanoseconds ?? 0)
        }
        attempt("errors.tsv") { try folder.writeErrors(record, statistics: try merged(), epochNanoseconds: epoch) }
        let series = plan.performanceLog ?? PerformanceLogPlan()
        attempt(series.path) {
            let isOpenLoop = plan.agents.contains { $0.stages.contains(where: \.isOpenLoop) }
            try folder.writePerformanceLog(record, as: series, isOpenLoop: isOpenLoop, epochNanoseconds: epoch)
        }
        return missing
    }

    /// Operations that operation logs lack (law 7).
    private var unlogged: [String] {
        statistics.sorted { $0.key < $1.key }.flatMap { agent, stages in
            stages.values.filter { $0.lostRecords > 0 }.sorted { $0.stage < $1.stage }.map {
                "the operation log of \(agent) lacks at least \($0.lostRecords) operations of stage \($0.stage)"
            }
        }
    }

    /// `run.json` and `STATUS.txt`, after the last event; what could not be written, in words.
    func write(_ record: RunRecord) -> String? {
        do {
            try folder.write(record)
            return nil
        } catch {
            return "run.json or STATUS.txt could not be written: \(error)"
        }
    }

    /// What was reported, and beside it what came home with the files of an agent that could not report any more.
    private func merged() throws -> [AgentID: [StageStatistics]] {
        var all = try folder.statisticsAtHome(plan.agents.map(\.id))
        for (agent, stages) in statistics {
            let known = Set(stages.keys)
            all[agent] = (all[agent] ?? []).filter { !known.contains($0.stage) } + stages.values
        }
        return all
    }
}

extension RunVerdict {
    /// The verdict of a run in which something of the results is missing: at best degraded (law 7).
    func marking(_ missing: [String]) -> RunVerdict {
        guard !missing.isEmpty else { return self }
        var marked = self
        marked.reasons += missing
        if outcome == .success {
            marked.outcome = .degraded
            marked.exitCode = 5
        }
        return marked
    }
}
