import Vocabulary

/// `STATUS.txt`: how the run ended, over which agents its numbers are, and what went wrong.
package struct StatusText {
    private let record: RunRecord

    package init(_ record: RunRecord) { self.record = record }

    package var text: String {
        var lines = ["TEST STATUS: \(status)", "Timestamp: \(record.lastUTC)"]
        if record.isPartial {
            let out = record.agents.filter { !record.isComplete($0) }.map(\.id.text)
            let without = out.isEmpty ? "" : " (without \(folded(out)))"
            lines.append("PARTIAL: the numbers of this run are over \(record.agentsComplete) of \(record.agents.count) agents\(without)")
        }
        lines += ["", "=== Summary ==="] + summary
        lines += ["", "=== Agent Details ==="] + record.agents.map { "\($0.id): \(record.standing(of: $0))" }
        let measured = record.stages.flatMap { stage in stage.measure.map { Self.lines(stage, $0) } ?? [] }
        if !measured.isEmpty { lines += ["", "=== Stages ==="] + measured }
        let errors = record.stages.flatMap { stage in
            stage.causes.map { "\(oneLine(stage.name)): \($0.kind.label), \($0.cause): \($0.count), the first: \(oneLine($0.message))" }
        }
        if !errors.isEmpty { lines += ["", "=== Errors ==="] + errors }
        let processes = processes
        if !processes.isEmpty { lines += ["", "=== Processes ==="] + processes }
        let failures = failures
        if !failures.isEmpty { lines += ["", "=== Failure Analysis ==="] + failures }
        return lines.joined(separator: "\n") + "\n"
    }

    /// How agents' processes were seen to end, where not all of them ended as they should: of a run that was stopped, or one in which an agent had to be
    /// killed or was not seen to be gone.
    private var processes: [String] {
        let seen = record.agents.filter { $0.presence == .gone }
        let rest = record.agents.filter { $0.presence == .notProvenGone }
        let ways = Dictionary(grouping: seen) { $0.presenceNote ?? "" }
        guard record.interruptions > 0 || !rest.isEmpty || ways.keys.contains(where: { $0.contains("killed") }) else { return [] }
        return ways.sorted { $0.key < $1.key }.map { "seen gone, \($0.key): \(folded($0.value.map(\.id.text)))" }
            + rest.map { "not seen to be gone: \($0.id): \(oneLine($0.presenceNote ?? ""))" }
    }

    /// Over whom and when a stage's numbers are, and what they are without the agents that were slow.
    private static func lines(_ stage: StageRecord, _ measure: StageMeasure) -> [String] {
        let whole = measure.agents + measure.missing.count
        let share = measure.missing.isEmpty ? "\(measure.agents)" : "\(measure.agents) of \(whole)"
        let without = measure.missing.isEmpty ? "" : " (without \(folded(measure.missing.map(\.text))))"
        let window = measure.window.map { window in
            "; all at work from \(seconds(window.begin)) to \(seconds(window.end)) after the run began (\(seconds(window.length)))"
        }
        let head = "\(stage.name): \(share) agents\(without), \(seconds(measure.elapsed))\(window ?? "")"
        let slow = measure.slow.map { agent in
            let since = agent.since.map { ", since \(seconds($0)) after the stage began" } ?? ""
            return "  slow: \(agent.agent), \(fixed(agent.shareOfMedian * 100, decimals: 0))% of the median rate\(since)"
        }
        let steadiness = stage.steadiness.map { ["  throughput: \($0.text)"] } ?? []
        return [head] + steadiness + slow + (slow.isEmpty ? [] : measure.operations.map { "  with all: \(row($0))" })
            + measure.withoutSlow.map { "  without the slow: \(row($0))" }
    }

    private static func row(_ figures: OperationFigures) -> String {
        "\(figures.kind.label) \(fixed(figures.operationsPerSecond, decimals: 1)) ops/s, \(fixed(figures.mebibytesPerSecond, decimals: 2)) MiB/s, "
            + "p50 \(fixed(figures.p50, decimals: 1)) us, p99 \(fixed(figures.p99, decimals: 1)) us"
            + (figures.correctedP99.map { ", from intended p99 \(fixed($0, decimals: 1)) us" } ?? "")
    }

    private static func seconds(_ duration: Duration) -> String { "\(fixed(duration.inSeconds, decimals: 2)) s" }

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
            "Operations: \(record.stages.map(\.operations).saturatingSum())",
            "Bytes: \(record.stages.map(\.bytes).saturatingSum())",
            "Errors: \(record.stages.map(\.errors).saturatingSum())",
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
