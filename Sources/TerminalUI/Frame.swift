import Results
import Vocabulary

/// What moves on the screen: who is waited for, or how far the current stage is and what it does. Empty when the run has ended.
///
/// No line is wider than `columns`.
package func frame(_ record: RunRecord, columns: Int, color: Bool) -> [String] {
    let lines: [StyledLine] =
        switch record.phase {
        case .preparing where record.run != nil: Frame.handshake(record)
        case .preparing, .ready: []
        case .running: Frame.stage(record, columns: columns) + Frame.troubles(record)
        case .stopping: Frame.stopping(record)
        case .completed, .degraded, .cancelled, .failed: []
        }
    return lines.flatMap { $0.rendered(columns: columns, color: color) }
}

enum Frame {
    /// Lines that one list of agents takes at most.
    static let listLimit = 8

    static func handshake(_ record: RunRecord) -> [StyledLine] {
        let ready = record.agents.count { $0.state == .ready }
        let waiting = record.agents.filter { $0.state != .ready && !$0.state.isOut }
        let failed = record.agents.count { $0.state.isOut }
        let bad = failed > 0 ? ", \(failed) in trouble" : ""
        var lines = [StyledLine("⏳ Waiting for agents… \(ready)/\(record.agents.count) ready\(bad)")]
        let groups = foldedTexts(waiting.map { ($0.id.text, "", $0.state.doing) })
        lines += groups.prefix(listLimit).map { StyledLine("  ⏳ \($0.names): \($0.text)", .faint) }
        return lines
    }

    static func stage(_ record: RunRecord, columns: Int) -> [StyledLine] {
        guard let stage = record.currentStage, !stage.hasEnded else { return [] }
        let position = (record.stages.firstIndex { $0.order == stage.order } ?? 0) + 1
        let arrived = stage.arrivals.isEmpty ? "" : ", \(stage.arrivals.count) arrived"
        let warmup = stage.latest?.isWarmup == true ? ", warm-up" : ""
        var lines = [
            StyledLine(
                "Stage \(position)/\(record.stages.count) \(stage.name): \(Words.agents(record.agentsIn))\(arrived)\(warmup)", .strong),
            StyledLine(
                ProgressBar(stage, elapsed: elapsed(stage, record)).text(columns: columns - 2).replacingSpaces(), .live),
        ]
        guard let latest = stage.latest else { return lines }
        lines += latest.operations.map { StyledLine("  \(Words.figures($0))") }
        if let slowest = latest.slowest {
            lines.append(StyledLine("  \(Words.slowest(slowest))", slowest.shareOfMedian < 0.5 ? .warning : .faint))
        }
        return lines
    }

    static func elapsed(_ stage: StageRecord, _ record: RunRecord) -> Duration {
        let sinceBegin = stage.beganAt.map { (stage.endedAt?.elapsed ?? record.elapsed) - $0.elapsed } ?? .zero
        return max(sinceBegin, stage.latest?.elapsed ?? .zero)
    }

    /// Agents that dropped out and links that are down, by name.
    static func troubles(_ record: RunRecord) -> [StyledLine] {
        let out = foldedTexts(record.agents.filter(\.state.isOut).map { ($0.id.text, $0.subject, record.trouble($0)) })
        let silent = foldedTexts(
            record.agents.filter { !$0.state.isOut && $0.linkTrouble != nil }
                .map { ($0.id.text, $0.subject, "link down: \($0.linkTrouble ?? "")") })
        return out.prefix(listLimit).map { StyledLine("  ❌ \($0.names) \($0.text)", .bad) }
            + silent.prefix(listLimit).map { StyledLine("  ⏳ \($0.names) \($0.text)", .warning) }
    }

    static func stopping(_ record: RunRecord) -> [StyledLine] {
        let gone = record.agents.count { $0.presence == .gone }
        let home = record.agents.count { $0.collected?.complete == true }
        let stopped = record.agents.count { $0.state == .stopped }
        return [
            StyledLine(
                "⏳ Stopping: \(stopped)/\(record.agents.count) ended their load, \(gone)/\(record.agents.count) seen gone, "
                    + "results of \(home)/\(record.agents.count) home", .warning)
        ]
    }
}

extension AgentRecord.State {
    /// What is going on with an agent that is not ready yet.
    var doing: String {
        switch self {
        case .waiting: "connecting"
        case .reached: "putting the agent in place"
        case .deployed: "waiting for its link"
        case .linked: "checking its plan"
        default: rawValue
        }
    }
}

extension AgentRecord {
    /// The name by which an error speaks of it.
    var subject: String { host?.text ?? id.text }
}

extension RunRecord {
    /// `lost at 34.1s: no heartbeat for 12 s`.
    func trouble(_ agent: AgentRecord) -> String {
        let when = agent.outSince.map { " at \(Words.seconds($0.elapsed))" } ?? ""
        let state = agent.state == .notReady ? "not ready" : agent.state.rawValue
        return "\(state)\(when)" + (agent.why.map { ": \($0.split(separator: "\n").first ?? "")" } ?? "")
    }
}

extension String {
    /// Spaces that a line is not to be broken at.
    func replacingSpaces() -> String { String(map { $0 == " " ? "\u{A0}" : $0 }) }
}
