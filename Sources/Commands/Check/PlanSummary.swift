import Plans
import Vocabulary
import Workloads

/// A plan in words: what `muster check` and `muster run --dry-run` show.
///
/// What differs from agent to agent is shown as the first has it.
struct PlanSummary {
    /// Entries of a list that are shown one by one.
    static let listLimit = 24
    /// Sizes that are drawn of each set and operation, and names of each that are shown.
    static let drawn = (sizes: 5, names: 3)

    let plan: Plan
    let estimate: PlanEstimate

    init(_ plan: Plan) {
        self.plan = plan
        estimate = PlanEstimate(plan)
    }

    var text: String {
        let counts = "\(count(plan.agents.count, "agent")), \(count(plan.stages.count, "stage"))"
        let boxes = [configuration, agents, stages, prepare, cleanup, workload, costs, later].compactMap(\.self)
        return (["✅ \(plan.playbookPath): right; \(counts)"] + boxes.map(\.text)).joined(separator: "\n\n")
    }

    private var first: AgentPlan { plan.agents[0] }

    private var configuration: SummaryBox? {
        let load = first.loads.first
        var box = SummaryBox("Test Configuration")
        box.row("Duration", plan.stages.first { $0.plannedDuration != nil }?.plannedDuration?.text ?? "no load")
        if let load, load.warmup > .zero { box.row("Warm-up", "\(load.warmup.text), left out of every figure") }
        if let workers = first.workers { box.row("Concurrency", "\(workers) workers in each agent") }
        box.row("Target URI", first.target ?? "none: every path is a whole URI")
        box.row("Backend", first.backend)
        if let load { box.row("Page cache", "\(load.pageCache.rawValue) (files only)") }
        box.row("Storage", sharing)
        if plan.agents.count > 1 { box.row("Trees", plan.storage.treeCreation.rawValue) }
        if let load { box.row("Objects", selection(load.pathSelection)) }
        if let rate = load?.rate { box.row("Rate", "\(rate.operationsPerSecond) operations/s in all, \(rate.distribution.rawValue)") }
        if let load { box.row("Errors", "at most \(load.errors.maximumTotalErrors) in each agent") }
        if let log = first.operationLog { box.row("Operation log", log) }
        box.row("Start delay", plan.policy.startDelay.text)
        box.row(
            "Agents",
            "at least \(plan.policy.minimumAgents); ready within \(plan.policy.agentReadyTimeout.text); lease \(plan.policy.lease.text)")
        box.row("On loss", "\(plan.policy.onAgentLoss.rawValue), in stages without a barrier")
        return box
    }

    private var sharing: String {
        guard plan.agents.count > 1 else { return "one agent" }
        return plan.storage.isShared ? "shared: all agents see the same objects" : "each agent works in a folder of its own"
    }

    private func selection(_ selection: PathSelection) -> String {
        switch selection {
        case .random: "any (random)"
        case .partitioned(_, let overlap): "an agent's own, others' with probability \(overlap) (partitioned)"
        case .exclusive: "an agent's own alone (exclusive)"
        case .weighted(_, let overlap): "any with probability \(overlap), else an agent's own (weighted)"
        }
    }

    private var agents: SummaryBox? {
        var box = SummaryBox("Agent List")
        box.line(count(plan.agents.count, "agent") + ", return channel \(plan.deployment.returnChannel.rawValue)")
        if let container = plan.deployment.container {
            box.line("in containers: \(container.image ?? "an image of the agent alone"), network \(container.networkMode)")
        }
        for file in plan.deployment.files { box.line("pushed: \(file.from) to $MUSTER_FILES/\(file.to)") }
        if plan.deployment.relay { box.line("hosts that have the agent hand it on to others") }
        if !plan.deployment.limits.isEmpty { box.line("at most \(plan.deployment.limits.text)") }
        for agent in plan.agents.prefix(Self.listLimit) {
            box.gap()
            box.line("\(agent.number). \(agent.id): \(agent.reach.text)" + (agent.workers.map { ", \($0) workers" } ?? ""))
            if let target = agent.target { box.detail("works in \(target)\(agent.folder)") }
            if let endpoints = agent.endpoints {
                box.detail("endpoints, \(endpoints.strategy.rawValue):")
                for uri in endpoints.uris { box.detail("  \(uri)") }
            }
            if !agent.environment.isEmpty { box.detail("environment: \(agent.environment.keys.sorted().joined(separator: ", "))") }
            if !agent.volumes.isEmpty { box.detail("volumes: \(agent.volumes.map(\.text).joined(separator: ", "))") }
        }
        box.more(plan.agents.count - Self.listLimit, "agents")
        return box
    }

    private var stages: SummaryBox? {
        var box = SummaryBox("Stages")
        for (index, stage) in plan.stages.enumerated() {
            if index > 0 { box.gap() }
            let work = first.stages.first { $0.order == stage.order }?.work
            box.line("\(index + 1). \(stage.name) (\(stage.type.rawValue))\(stage.optional ? ", optional" : "")")
            if let bounds = work.flatMap(bounds) { box.detail(bounds) }
            if let steady = stage.steadyState { box.detail("ends when its throughput has settled over \(steady.window.text)") }
            box.detail("timeout \(stage.timeout.text); \(barrier(stage.barrier))")
        }
        return box
    }

    private func barrier(_ barrier: BarrierPolicy?) -> String {
        guard let barrier else { return "no barrier: agents go on by themselves" }
        return "barrier \(barrier.type.rawValue), waits \(barrier.wait.text), a silent agent is lost after \(barrier.liveness.bound.text)"
    }

    private func bounds(_ work: StageWork) -> String? {
        switch work {
        case .load(let load):
            let tasks = load.taskLimit.map { "until \(grouped(Int($0))) operations in each agent" }
            return [load.duration.map { "for \($0.text)" }, tasks].compactMap(\.self).joined(separator: " or ")
        case .custom(let custom): return "runs \(([custom.command] + custom.arguments).joined(separator: " "))"
        case .replay(let replay): return "replays \(replay.log)"
        case .validation, .prepare, .cleanup: return nil
        }
    }

    private var later: SummaryBox? {
        guard !plan.notCarriedOut.isEmpty else { return nil }
        var box = SummaryBox("Not Carried Out Yet")
        box.line("muster run refuses this playbook for:")
        for problem in plan.notCarriedOut { box.detail("\(problem.key): \(problem.what)") }
        return box
    }

    func count(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }
}
