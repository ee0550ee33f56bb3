import Results
import Vocabulary

/// A record in words: phase, stages, and of each agent what is wanted and what was seen.
package struct RecordText {
    private let record: RunRecord

    package init(_ record: RunRecord) { self.record = record }

    package var lines: [String] { head + [""] + record.stages.map(stage) + [""] + record.agents.map(agent) }

    private var head: [String] {
        var lines = [
            "Run \(record.run?.text ?? "unknown"): \(record.playbook)",
            "Phase \(record.phase.rawValue), \(Words.seconds(record.elapsed)) after it began (\(record.beganAtUTC))",
        ]
        if let why = record.stopWhy { lines.append("Ended early: \(why)") }
        if let verdict = record.verdict {
            lines.append("Verdict \(verdict.outcome.status), exit \(verdict.exitCode)")
            lines += verdict.reasons.map { "  \($0)" }
        }
        return lines
    }

    private func stage(_ stage: StageRecord) -> String {
        var text = "stage \(stage.order) \(stage.name): \(stage.state.rawValue)"
        if stage.state != .planned { text += ", \(stage.arrivals.count) of \(stage.participants.count) arrived" }
        if !stage.missing.isEmpty { text += ", opened without \(foldedNames(stage.missing.map(\.text)))" }
        if let why = stage.brokeWhy { text += " (\(why))" }
        if stage.state == .running, let figures = stage.latest { text += ", \(figures.operationsDone) operations" }
        return text
    }

    private func agent(_ agent: AgentRecord) -> String {
        var wanted = agent.wanted.rawValue
        if agent.wanted == .working, let stage = agent.wantedStage { wanted += " in stage \(stage)" }
        var seen = record.standing(of: agent)
        seen += agent.isLinked ? ", linked" : agent.linkTrouble.map { ", link down: \($0)" } ?? ", not linked"
        if agent.owesStop { seen += ", has not said that it stopped" }
        if let collected = agent.collected { seen += collected.complete ? ", results home" : ", results not all home" }
        switch agent.presence {
        case .unknown: break
        case .gone: seen += ", seen gone (\(agent.presenceNote ?? ""))"
        case .notProvenGone: seen += ", NOT PROVEN GONE (\(agent.presenceNote ?? ""))"
        }
        return "\(agent.id) (\(agent.reach)): wanted \(wanted); seen \(seen)"
    }
}
