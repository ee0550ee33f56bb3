import Vocabulary

/// `STATUS.txt`: how the run ended, over which agents its numbers are, and what went wrong.
package struct StatusText {
    private let record: RunRecord

    package init(_ record: RunRecord) { self.record = record }

    package var text: String {
        var lines = ["TEST STATUS: \(status)", "Timestamp: \(record.lastUTC)"]
        if record.isPartial {
            lines.append("PARTIAL: the numbers of this run are over \(record.agentsComplete) of \(record.agents.count) agents")
        }
        lines += ["", "=== Summary ==="] + summary
        lines += ["", "=== Agent Details ==="] + record.agents.map { "\($0.id): \(record.standing(of: $0))" }
        let failures = failures
        if !failures.isEmpty { lines += ["", "=== Failure Analysis ==="] + failures }
        return lines.joined(separator: "\n") + "\n"
    }

    private var status: String { record.verdict?.outcome.status ?? "RUNNING (\(record.phase.rawValue))" }

    private var summary: [String] {
        [
            "Run: \(record.run?.text ?? "unknown")",
            "Playbook: \(record.playbook)",
            "Began: \(record.beganAtUTC)",
            "Duration: \(fixed(record.elapsed.inSeconds, decimals: 2))s",
            "Agents: \(record.agents.count)",
            "Completed: \(record.agentsComplete)",
            "Failed: \(record.agents.count { [.failed, .notReady, .unreachable, .excluded].contains($0.state) })",
            "Lost: \(record.agents.count { $0.state == .lost })",
            "Reconnects: \(record.agents.reduce(0) { $0 + $1.reconnects })",
            "Operations: \(record.stages.reduce(0) { $0 + $1.operations })",
            "Bytes: \(record.stages.reduce(0) { $0 + $1.bytes })",
            "Errors: \(record.stages.reduce(0) { $0 + $1.errors })",
        ] + (record.verdict.map { ["Exit code: \($0.exitCode)"] } ?? [])
    }

    /// The verdict's reasons, then whatever else went wrong: what they say already is not said again.
    private var failures: [String] {
        let reasons = record.verdict?.outcome == .completed ? [] : record.verdict?.reasons ?? []
        func isSaid(_ words: [String]) -> Bool { reasons.contains { reason in words.allSatisfy(reason.contains) } }
        var lines = reasons
        for stage in record.stages {
            if let why = stage.brokeWhy, !isSaid([why]) { lines.append("stage \(stage.name): the barrier broke: \(why)") }
            for arrival in stage.arrivals where arrival.arrival.outcome != .completed {
                let why = arrival.arrival.why.map { ": \($0)" } ?? ""
                lines.append("stage \(stage.name): \(arrival.agent) \(arrival.arrival.outcome.rawValue)\(why)")
            }
        }
        for agent in record.agents {
            lines += agent.problems.filter { !isSaid([agent.id.text, $0]) }.map { "\(agent.id): \($0)" }
            if agent.collected?.complete == false, !isSaid([agent.id.text, "results are not all home"]) {
                lines.append("\(agent.id): its results are not all home")
            }
            if agent.presence == .notProvenGone, !isSaid([agent.id.text, "was not seen to be gone"]) {
                lines.append("\(agent.id): not proven gone: \(agent.presenceNote ?? "")")
            }
        }
        return lines
    }
}

extension RunRecord {
    /// Agents over which the run's numbers are whole.
    package var agentsComplete: Int { agents.count(where: isComplete) }

    /// Whether the agent is in, its results are not known to be missing, and it completed every stage that was begun but the optional ones.
    package func isComplete(_ agent: AgentRecord) -> Bool {
        guard !agent.state.isOut, agent.collected?.complete != false else { return false }
        let begun = stages.filter { !$0.plan.optional && $0.state != .planned }
        return !begun.isEmpty
            && begun.allSatisfy { $0.arrivals.contains { $0.agent == agent.id && $0.arrival.outcome == .completed } }
    }

    /// `completed`, `lost (no heartbeat for 12 s) at 34.1 s, 2026-…Z`: how it stands with the agent, for people.
    package func standing(of agent: AgentRecord, saysWhy: Bool = true) -> String {
        let state = agent.state == .notReady ? "not ready" : agent.state.rawValue
        guard agent.state.isOut else { return phase.isEnd && isComplete(agent) ? "completed" : state }
        var text = state
        if saysWhy, let why = agent.why { text += " (\(why.split(separator: "\n").joined(separator: "; ")))" }
        if let since = agent.outSince { text += " at \(fixed(since.elapsed.inSeconds, decimals: 1)) s, \(since.utc)" }
        return text
    }
}
