import Results
import Vocabulary

/// The end of a run in words, the verdict first: what each agent did, the totals, and where the results are.
///
/// `directory` is the run's folder; nil where there is none.
package func summary(_ record: RunRecord, directory: String?, columns: Int, color: Bool) -> [String] {
    Summary(record: record, directory: directory).lines.flatMap { $0.rendered(columns: columns, color: color) }
}

struct Summary {
    /// Agents that have a block of their own at most.
    static let blockLimit = 16
    /// Reasons that are told at most.
    static let reasonLimit = 16

    let record: RunRecord
    let directory: String?

    var lines: [StyledLine] {
        verdict + [StyledLine("")] + blocks + [StyledLine("")] + totals + proof
            + (directory.map { [StyledLine("Results: \($0)", .strong, isWhole: true)] } ?? [])
    }

    private var verdict: [StyledLine] {
        let outcome = record.verdict?.outcome
        let word = outcome?.status ?? "UNFINISHED"
        let style: Style = outcome == .completed ? .good : outcome == .degraded ? .warning : .bad
        let share = "\(record.agentsComplete)/\(record.agents.count)"
        let exit = record.verdict.map { ", exit \($0.exitCode)" } ?? ""
        let head = StyledLine("\(word) \(share) agents, \(Words.seconds(record.elapsed))\(exit)", style)
        let reasons = reasons
        var lines = [head] + reasons.prefix(Self.reasonLimit).map { StyledLine("  \($0)", style) }
        let hidden = reasons.count - Self.reasonLimit
        if hidden > 0 { lines.append(StyledLine("  … and \(Words.count(hidden, "reason")) more: see STATUS.txt", style)) }
        return lines
    }

    /// The verdict's, where the same is said of many agents once: `h[1-3] could not be reached: …`.
    private var reasons: [String] {
        let items = (record.verdict?.reasons ?? []).map { reason in
            let agent = record.agents.first {
                reason.hasPrefix($0.id.text) && " '".contains(reason.dropFirst($0.id.text.count).first ?? "-")
            }
            return (agent?.id.text ?? "", agent?.subject ?? "", String(reason.dropFirst(agent?.id.text.count ?? 0)))
        }
        return foldedTexts(items).map { $0.names + $0.text }
    }

    private var blocks: [StyledLine] {
        let shown = record.agents.count <= Self.blockLimit ? record.agents : record.agents.filter { !record.isComplete($0) }
        var lines = shown.prefix(Self.blockLimit).flatMap(block)
        let hidden = record.agents.count - min(shown.count, Self.blockLimit)
        if hidden > 0 { lines.append(StyledLine("… and \(Words.agents(hidden)) more: see STATUS.txt and agents/", .faint)) }
        return lines
    }

    private func block(_ agent: AgentRecord) -> [StyledLine] {
        // Why an agent is out is among the reasons above.
        let standing = record.standing(of: agent, saysWhy: record.verdict?.outcome == .completed)
        let head = StyledLine("\(agent.id) (\(agent.reach)): \(standing)", record.isComplete(agent) ? nil : .bad)
        let rows = record.stages.compactMap { stage in
            stage.arrivals.first { $0.agent == agent.id }.map { StyledLine("  \(Self.row(stage.name, $0.arrival))") }
        }
        return [head] + rows
    }

    private static func row(_ name: String, _ arrival: StageArrival) -> String {
        let seconds = arrival.elapsed.inSeconds
        var text = "\(name): \(Words.seconds(arrival.elapsed)), \(Words.count(arrival.operations, "operation"))"
        if arrival.bytes > 0 { text += ", \(Words.bytes(arrival.bytes))" }
        if seconds > 0, arrival.operations > 0 {
            text += ", \(Words.rate(Double(arrival.operations) / seconds))\u{A0}ops/s"
            if arrival.bytes > 0 { text += ", \(fixed(Double(arrival.bytes) / seconds / 1_048_576, decimals: 1))\u{A0}MiB/s" }
        }
        if arrival.errors > 0 { text += ", \(Words.count(arrival.errors, "error"))" }
        return arrival.outcome == .completed ? text : text + ", \(arrival.outcome.rawValue)"
    }

    private var totals: [StyledLine] {
        let work = record.stages.filter { ($0.plan.type == .execute || $0.plan.type == .hybrid) && $0.measure != nil }
        var lines = work.flatMap { stage in
            StageLines.measured(stage, record) + (stage.skew.map { [StyledLine("  \(Words.skew($0))")] } ?? [])
        }
        let ended = record.stages.filter { !$0.arrivals.isEmpty }
        let bytes = Words.bytes(ended.map(\.bytes).saturatingSum())
        lines.append(
            StyledLine(
                "Total of \(Words.count(ended.count, "stage")): \(Words.count(ended.map(\.operations).saturatingSum(), "operation")), "
                    + "\(bytes), \(Words.count(ended.map(\.errors).saturatingSum(), "error"))"))
        return lines
    }

    /// What was seen, not what was asked for.
    private var proof: [StyledLine] {
        let here = record.agents.filter { $0.state != .unreachable }
        guard here.contains(where: { $0.presence != .unknown }) else { return [] }
        let gone = here.count { $0.presence == .gone }
        return [StyledLine("Agents seen gone: \(gone) of \(here.count)", gone == here.count ? nil : .bad)]
    }
}
