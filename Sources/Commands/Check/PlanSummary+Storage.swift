import Plans
import Vocabulary
import Workloads

extension PlanSummary {
    private var firstAgent: AgentPlan { plan.agents[0] }

    /// What is made before the load, over all agents.
    var prepare: SummaryBox? {
        guard let work = firstAgent.prepares.first else { return nil }
        var box = SummaryBox("Prepare")
        box.line("\(count(estimate.objects, "object")), \(estimate.bytes) in all agents together, \(work.strategy.rawValue)")
        if work.forceOverwrite { box.line("everything is made anew") }
        if work.skipVerification, !work.forceOverwrite { box.line("nothing is made: everything is taken to be there (skip_verification)") }
        if work.delayAfter > .zero { box.line("then waits \(work.delayAfter.text) if anything was made") }
        for set in work.sets.prefix(Self.listLimit) {
            box.gap()
            box.line("\(count(set.count, "object")) of \(set.sizes.text) in \(set.base)" + (set.spreads ? " (over the endpoints)" : ""))
            describe(set, in: &box)
            draw(set.preview(Self.drawn.sizes), in: &box)
        }
        box.more(work.sets.count - Self.listLimit, "sets")
        for tree in work.trees.prefix(Self.listLimit) {
            box.gap()
            box.line("a tree \(tree.width) wide and \(tree.depth) deep in \(tree.base)")
            box.detail(
                "\(tree.distribution == .bottom ? "the deepest" : "all") folders have \(count(tree.filesPerDirectory, "file")) of \(tree.sizes.text)"
            )
            draw(tree.preview(Self.drawn.sizes), in: &box)
        }
        return box
    }

    private func describe(_ set: ObjectSet, in box: inout SummaryBox) {
        var words = [set.share.count > 1 ? "shared out to \(set.share.count) agents" : nil, "fill \(set.fill.rawValue)"]
        if set.dedupFactor > 1 { words.append("\(set.dedupFactor) alike") }
        if set.compressFactor > 1 { words.append("compressible \(set.compressFactor):1") }
        if set.keyPrefixShards > 0 { words.append("under \(set.keyPrefixShards) key prefixes") }
        box.detail(words.compactMap(\.self).joined(separator: ", "))
    }

    private func draw(_ objects: [PreviewedObject], in box: inout SummaryBox) {
        guard let first = objects.first else { return }
        let isOne = objects.allSatisfy { $0.size == first.size }
        if !isOne { box.detail("sizes drawn: \(objects.map { "\($0.size)" }.joined(separator: ", "))") }
        for object in objects.prefix(Self.drawn.names) { box.detail("path: \(object.uri)") }
    }

    var cleanup: SummaryBox? {
        guard let work = firstAgent.cleanups.first else { return nil }
        var box = SummaryBox("Cleanup")
        box.line("\(work.mode.rawValue): deletes what prepare makes and what this run's PUTs made, and nothing else")
        if firstAgent.prepares.isEmpty { box.line("\(count(estimate.objects, "object")) in all agents together") }
        return box
    }

    /// The mix of operations.
    var workload: SummaryBox? {
        guard let work = firstAgent.loads.first else { return nil }
        let total = work.operations.reduce(0) { $0 + $1.weight }
        var box = SummaryBox("Workload Operations")
        box.line("\(count(work.operations.count, "operation type")), total weight: \(plain(total))" + seenBy)
        for (index, operation) in work.operations.prefix(Self.listLimit).enumerated() {
            box.gap()
            let share = total > 0 ? fixed(operation.weight / total * 100, decimals: 1) : "0.0"
            box.line("Op \(index + 1): \(operation.kind.label) - \(share)% (weight: \(plain(operation.weight)))")
            describe(operation, of: work, in: &box)
        }
        box.more(work.operations.count - Self.listLimit, "operations")
        return box
    }

    private var seenBy: String {
        let operations = plan.agents.compactMap { $0.loads.first?.operations }
        return operations.allSatisfy { $0 == operations[0] } ? "" : ", as \(firstAgent.id) performs it"
    }

    private func describe(_ operation: LoadOperation, of work: LoadWork, in box: inout SummaryBox) {
        let size = operation.sizes.map { ", size: \($0.text)" } ?? ""
        box.detail("path: \(operation.uri)\(size)" + (operation.spreads ? ", over the endpoints" : ""))
        if let part = operation.part { box.detail("\(part.length) of each object, offsets: \(part.offsets.rawValue)") }
        if let workers = operation.concurrency { box.detail("at most \(workers) workers at once") }
        switch operation.kind {
        case .get, .stat, .delete:
            let found = work.plannedObjects(for: operation)
            let pattern = "\(operation.kind.label) pattern: \(operation.uri)"
            box.detail(
                found > 0
                    ? "Found \(found) objects for \(pattern)" : "Nothing that prepare makes for \(pattern): found when the load begins")
        case .put: draw(operation.preview(Self.drawn.sizes), in: &box)
        case .list, .mkdir, .rmdir: break
        }
    }

    /// What the run will cost, as far as it can be told before.
    var costs: SummaryBox? {
        var box = SummaryBox("Estimate")
        box.row(
            "Objects",
            "\(grouped(estimate.objects)) are made before the load"
                + (estimate.directories > 0 ? ", in \(grouped(estimate.directories)) folders" : ""))
        box.row("Bytes", "\(estimate.bytes) before the load")
        if let size = estimate.bytesPerOperation { box.row("Transfers", "about \(size) for each GET and PUT") }
        box.row(
            "Time",
            "at least \(estimate.least.text)"
                + (estimate.bytes > .zero ? " and prepare (\(estimate.preparing.text) at 100 MiB/s in each agent)" : ""))
        box.row("", "at most \(estimate.most.text), the sum of all timeouts and waits")
        return box
    }

    private func plain(_ weight: Double) -> String { weight == weight.rounded() && weight < 1e15 ? "\(Int(weight))" : "\(weight)" }
}
