import Carriers
import Coordination
import Deployment
import Link
import Measurement
import Plans
import Results
import Vocabulary

// What is written down: the event log, the record that folds it, and the results at the end.
extension LiveRun {
    func note(_ fact: RunFact) {
        let events = EventKind.telling(fact) { agent, stage, outcome in
            StageArrival(outcome, statistics: statistics[agent]?[stage])
        }
        for event in events { note(event) }
        if case .collected(let agent, complete: false, _) = fact { giveUpCollecting(agent) }
        if case .stageBegan(let stage, _, let agents) = fact { participants[stage] = Set(agents) }
        if case .stageEnded(let stage, _) = fact { noteMeasure(of: stage) }
        if case .barrierOpened(let stage, _, _, _) = fact { noteMeasure(of: stage) }
    }

    func noteMeasure(of stage: StageOrder) {
        let parts = statistics.values.compactMap { $0[stage] }
        if !parts.isEmpty { note(.stageMeasured(stage, StageMeasure(merging: parts))) }
    }

    /// Writes an event down, folds it into the record and shows it. A log that cannot be written is a trouble of the run's.
    func note(_ kind: EventKind) {
        do {
            let event = try log.append(kind, at: SystemClock.now)
            record.apply(event)
            show(event, record)
        } catch {
            remember("the event log could not be written: \(error)")
        }
    }

    /// Something of the results is missing or could not be kept: the verdict says so.
    func remember(_ text: String) {
        if !trouble.contains(text) { trouble.append(text) }
    }

    func show(_ line: LogLine, _ agent: AgentID) {
        options.logLine(agent, line)
    }

    /// Writes the results and the end; the verdict then also knows what is missing from them.
    func finish(_ verdict: RunVerdict) -> RunVerdict {
        let closing = RunClosing(folder: folder, plan: plan, statistics: statistics, clocks: clocks)
        let missing = trouble + closing.writeResults(record)
        var final = verdict.marking(missing)
        note(.runEnded(outcome: RunOutcome(final.outcome), exitCode: Int(final.exitCode), reasons: final.reasons))
        if let trouble = closing.write(record) { final = final.marking([trouble]) }
        return final
    }
}
