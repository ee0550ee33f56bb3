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
        let circumstances = EventKind.Circumstances { [statistics] agent, stage, outcome in
            StageArrival(outcome, statistics: statistics[agent]?[stage])
        } facts: { [hostFacts] in
            hostFacts[$0] ?? [:]
        } collected: { [receivers, collecting] agent, complete, note in
            Collected(receivers[agent], complete: complete, via: collecting[agent]?.way ?? .ssh, note: note)
        }
        if let event = EventKind(fact, circumstances) { note(event) }
        if case .collected(let agent, _, _) = fact { endCollecting(agent) }
        if case .stageBegan(let stage, _, let agents) = fact { participants[stage] = Set(agents) }
        if case .stageEnded(let stage, _) = fact { noteMeasure(of: stage) }
        if case .barrierOpened(let stage, _, _, _) = fact { noteMeasure(of: stage) }
    }

    /// What an agent counted in a stage is kept before its arrival is told: another controller needs it for the totals.
    func keep(_ counted: StageStatistics, of agent: AgentID) {
        let known = statistics[agent]?[counted.stage]
        guard known != counted else { return }
        // What replaces something cannot be taken out again: it is merged anew when it is asked for.
        if known == nil { merges[counted.stage, default: StageMerge()].add(counted) } else { merges[counted.stage] = nil }
        statistics[agent, default: [:]][counted.stage] = counted.packed
        do { try arrivals.append(agent, counted) } catch { remember("statistics could not be kept: \(error)") }
    }

    func noteMeasure(of stage: StageOrder) {
        let parts = statistics.compactMapValues { $0[stage] }
        guard !parts.isEmpty else { return }
        noteUnrest(of: stage)
        let merged = merges[stage].flatMap { $0.parts == parts.count ? $0 : nil }
        let measure = StageMeasure(merging: parts, merged: merged, participants: participants[stage] ?? []) { [clocks, log] agent, moment in
            clocks[agent]?.track.offset(at: moment).map { moment - $0 - log.beginning }
        } slowSince: { [live] in
            live[stage]?.slowSince($0)
        }
        note(.stageMeasured(stage, measure))
    }

    /// Writes an event down, folds it into the record and shows it, once the orders of a decision are out. One that could not be written is a
    /// trouble of the run's.
    func note(_ kind: EventKind) {
        do {
            let event = try log.append(kind, at: SystemClock.now, durably: kind.isDurable)
            guard unfolded?.append(event) == nil else { return }
            record.apply(event)
            display(event)
        } catch {
            remember("an event could not be encoded: \(error)")
        }
    }

    func display(_ event: Event) {
        shown.apply(event)
        show(event, shown)
    }

    /// Writes down who was turned away, at the controller's door or an agent's; of many that come, a port scan's, the first hundred.
    func noteStranger(_ why: String, at agent: AgentID? = nil) {
        strangers += 1
        guard strangers <= Self.strangerLimit else { return }
        let more = strangers == Self.strangerLimit ? "; further ones are not told of" : ""
        note(.noted("a connection \(why)\(more)", agent: agent, stage: nil))
    }

    private static let strangerLimit = 100

    /// Something of the results is missing or could not be kept: the verdict says so.
    func remember(_ text: String) {
        if !trouble.contains(text) { trouble.append(text) }
    }

    /// Keeps a line of an agent's log and shows it; one that came before, over another connection or to another controller, is known.
    func keep(_ line: LogLine, of agent: AgentID, arrivedAt moment: Moment) {
        do {
            var log = try logs[agent] ?? LiveLog(folder: folder.agentPath(agent))
            let said = clocks[agent]?.offset.map { line.moment - $0.value } ?? moment
            let elapsed = said - self.log.beginning
            let utc = UTC.label(nanoseconds: SystemClock.utcNanoseconds - (SystemClock.now - said).wholeNanoseconds)
            let isNew = try log.append(.init(number: line.number, elapsed: elapsed, utc: utc, level: "\(line.level)", text: line.text))
            logs[agent] = log
            if isNew { options.logLine(agent, line) }
        } catch {
            remember("\(agent)'s log could not be kept as it came: \(error)")
        }
    }

    /// Writes the results and the end; the verdict then also knows what is missing from them.
    func finish(_ verdict: RunVerdict) -> RunVerdict {
        // What a stage that broke or was interrupted had come to.
        for stage in record.stages where stage.measure == nil { noteMeasure(of: stage.order) }
        let closing = RunClosing(folder: folder, plan: plan, statistics: statistics, clocks: clocks)
        var missing = trouble + closing.writeResults(record) + lostLines
        // Tried before the verdict is told: what is wrong with these files belongs into it.
        if let trouble = closing.write(expecting(verdict.marking(missing))) { missing.append(trouble) }
        let final = verdict.marking(missing)
        note(final.ending)
        if let trouble = closing.write(record) { note(.noted(trouble, agent: nil, stage: nil)) }
        folder.control.remove()
        return final
    }

    /// The record as it will be with this verdict.
    private func expecting(_ verdict: RunVerdict) -> RunRecord {
        var expected = record
        let now = SystemClock.now
        expected.apply(
            Event(
                sequence: record.lastSequence + 1, utc: UTC.label(nanoseconds: SystemClock.utcNanoseconds), elapsed: now - log.beginning,
                kind: verdict.ending))
        return expected
    }

    private var lostLines: [String] {
        var lost: [String] = []
        if let (missing, why) = log.trouble { lost.append("events.jsonl lacks \(missing) events: \(why)") }
        let lines = options.lostLines()
        if lines > 0 { lost.append("console_log.txt lacks \(lines) lines") }
        return lost
    }
}

extension RunVerdict {
    fileprivate var ending: EventKind { .runEnded(outcome: RunOutcome(outcome), exitCode: Int(exitCode), reasons: reasons) }
}

extension EventKind {
    /// Whether it is worth waiting for the disk: what a person or the coordination wants, and the ends of things. Everything is handed to the
    /// system before it is acted on, and outlives this process; this outlives the machine's loss of power.
    fileprivate var isDurable: Bool {
        switch self {
        case .runBegan, .controllerBegan, .phaseChanged, .interrupted, .preparationFailed, .runBroke, .runEnded, .stageOrdered,
            .barrierOpened, .barrierBroke, .stageEnded:
            true
        default: false
        }
    }
}
