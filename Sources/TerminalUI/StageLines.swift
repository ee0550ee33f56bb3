import Results
import Vocabulary

/// The lines that a stage leaves: its beginning, its troubles, and its figures when it has ended.
enum StageLines {
    static func lines(for event: Event, _ record: RunRecord) -> [StyledLine] {
        guard let order = event.kind.stage, let stage = record.stages.first(where: { $0.order == order }) else { return [] }
        switch event.kind {
        case .stageOrdered: return [began(stage, record)]
        case .stageArrived(_, let id, let arrival) where arrival.outcome != .completed:
            let why = arrival.why.map { ": \($0)" } ?? ""
            let outcome = arrival.outcome == .timedOut ? "timed out" : arrival.outcome.rawValue
            return [StyledLine("  ❌ \(id) \(stage.name) \(outcome)\(why)", stage.plan.optional ? .warning : .bad)]
        case .startSkew: return stage.skew.map { [StyledLine("  \(Words.skew($0))", .faint)] } ?? []
        case .stageMeasured: return measured(stage, record)
        case .barrierBroke(_, _, let why): return [StyledLine("❌ \(stage.name): the barrier broke: \(why)", .bad)]
        default: return []
        }
    }

    private static func began(_ stage: StageRecord, _ record: RunRecord) -> StyledLine {
        let position = (record.stages.firstIndex { $0.order == stage.order } ?? 0) + 1
        var facts: [String] = []
        if let planned = stage.plan.plannedDuration { facts.append(Words.seconds(planned)) }
        if let expected = stage.plan.expectedObjects { facts.append("\(expected) objects") }
        if let barrier = stage.plan.barrier { facts.append("barrier \(barrier.rawValue)") }
        let detail = facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))"
        return StyledLine("Stage \(position)/\(record.stages.count) \(stage.name)\(detail)", .strong)
    }

    /// The figures of the whole stage; where an agent is missing, or has not completed it, they are said to be partial.
    static func measured(_ stage: StageRecord, _ record: RunRecord) -> [StyledLine] {
        guard let measure = stage.measure else { return [] }
        let isWhole = measure.agents == record.agents.count
        let partial = !isWhole || stage.arrivals.contains { $0.arrival.outcome != .completed }
        let over = isWhole ? Words.agents(measure.agents) : "\(measure.agents) of \(Words.agents(record.agents.count))"
        let head = "\(partial ? "PARTIAL" : "✅") \(stage.name): \(over), \(Words.seconds(measure.elapsed))"
        let steadiness = stage.steadiness.map { [StyledLine("  throughput: \($0.text)", $0.unrest == nil ? nil : .warning)] } ?? []
        return [StyledLine(head, partial ? .warning : .good)] + steadiness + measure.operations.map { StyledLine("  \(Words.figures($0))") }
            + slow(measure)
    }

    /// Who was slow, by how much, and the figures without them.
    private static func slow(_ measure: StageMeasure) -> [StyledLine] {
        guard !measure.slow.isEmpty else { return [] }
        let names = measure.slow.prefix(8).map { "\($0.agent) (\(Words.rate($0.operationsPerSecond))\u{A0}ops/s, \(Words.share($0)))" }
        let more = measure.slow.count > 8 ? " and \(measure.slow.count - 8) more" : ""
        return [StyledLine("  slow: \(names.joined(separator: ", "))\(more)", .warning)]
            + measure.withoutSlow.map { StyledLine("  without \(measure.slow.count == 1 ? "it" : "them"): \(Words.figures($0))") }
    }
}
