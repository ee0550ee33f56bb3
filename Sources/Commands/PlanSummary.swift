import Plans
import Vocabulary

/// A plan in words: what `muster check` and `muster run --dry-run` show.
struct PlanSummary {
    let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    var text: String { (head + agents + stages).joined(separator: "\n") }

    private var head: [String] {
        let policy = plan.policy
        return [
            "✅ \(plan.playbookPath): \(plan.agents.count) agent\(plural(plan.agents.count)), \(plan.stages.count) stage\(plural(plan.stages.count))",
            "lease \(seconds(policy.lease)), ready within \(seconds(policy.agentReadyTimeout)), at least \(policy.minimumAgents) agents, "
                + "on loss \(policy.onAgentLoss.rawValue), return channel \(plan.deployment.returnChannel.rawValue)",
        ]
    }

    private var agents: [String] {
        ["", "Agents"]
            + plan.agents.map { agent in
                let workers = agent.stages.compactMap { stage in if case .load(let work) = stage.work { work.workers } else { nil } }.max()
                return "  \(agent.id): \(reach(agent.reach))" + (workers.map { ", \($0) workers" } ?? "")
            }
    }

    private var stages: [String] {
        var lines = ["", "Stages"]
        for (index, stage) in plan.stages.enumerated() {
            lines.append(
                "  \(index + 1). \(stage.name) (\(stage.type.rawValue)): barrier \(stage.barrier?.type.rawValue ?? "none"), "
                    + "timeout \(seconds(stage.timeout))\(stage.optional ? ", optional" : "")")
            if let first = plan.agents.first?.stages.first(where: { $0.order == stage.order }) { lines += details(first.work) }
        }
        return lines
    }

    private func details(_ work: StageWork) -> [String] {
        switch work {
        case .validation: []
        case .prepare(let work):
            work.sets.map { "       \($0.count) objects of \(sizes($0.sizes)) under \($0.base)" }
                + work.trees.map { "       a tree of width \($0.width) and depth \($0.depth) under \($0.base)" }
        case .load(let work): load(work)
        case .cleanup(let work): ["       \(work.mode.rawValue)"]
        case .custom(let work): ["       \(([work.command] + work.arguments).joined(separator: " "))"]
        }
    }

    private func load(_ work: LoadWork) -> [String] {
        let total = work.operations.reduce(0) { $0 + $1.weight }
        let bounds = [
            work.duration.map { "for \(seconds($0))" }, work.taskLimit.map { "up to \($0) operations an agent" },
            work.warmup > .zero ? "after a warm-up of \(seconds(work.warmup))" : nil,
        ].compactMap { $0 }.joined(separator: ", ")
        return ["       \(bounds)"]
            + work.operations.map { operation in
                let share = fixed(operation.weight / total * 100, decimals: 1)
                return "       \(operation.kind.label) \(share) %: \(operation.uri)" + (operation.sizes.map { ", \(sizes($0))" } ?? "")
            }
    }

    private func reach(_ reach: Reach) -> String {
        switch reach {
        case .local: "a process of this machine"
        case .ssh(let to): "ssh \(to.user.map { "\($0)@" } ?? "")\(to.host)\(to.port.map { ":\($0)" } ?? "")"
        case .listen(let host, let port): "listening at \(host):\(port)"
        }
    }

    private func sizes(_ sizes: SizeDistribution) -> String {
        switch sizes {
        case .fixed(let size): "\(size)"
        case .uniform(let least, let most): "\(least) to \(most)"
        case .lognormal(let mean, let deviation, let least, let most):
            "\(ByteCount(Int64(mean))) ± \(ByteCount(Int64(deviation))) lognormal, \(least) to \(most)"
        }
    }

    private func seconds(_ duration: Duration) -> String {
        let value = duration.inSeconds
        return value == value.rounded() ? "\(Int64(value)) s" : "\(fixed(value, decimals: 3)) s"
    }

    private func plural(_ count: Int) -> String { count == 1 ? "" : "s" }
}
