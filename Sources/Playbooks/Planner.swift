import Plans
import Vocabulary

/// Makes a plan of a playbook: resolves it for every agent, and reports what does not go together.
struct Planner {
    let playbook: Playbook
    let path: String
    let environment: [String: String]
    let reading: Reading

    static let defaultDuration = Duration.seconds(60)
    static let defaultConcurrency = 16
    /// Sets, operations and stages of all agents together.
    static let mostEntries = 250_000

    /// The playbook's name without folder and ending, of letters that can stand in a run's id.
    var name: String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let stem = file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file.hasSuffix(".yml") ? String(file.dropLast(4)) : file
        var plain = ""
        for scalar in stem.unicodeScalars.prefix(48) {
            plain += isPlainName("a\(scalar)", maximumLength: 8) ? String(scalar) : "-"
        }
        let trimmed = String(plain.drop(while: { $0 == "." || $0 == "-" }))
        return trimmed.isEmpty ? "playbook" : trimmed
    }

    /// nil where too little of the playbook could be read to plan it; the reasons are among the problems.
    func plan() -> Plan? {
        let agents = planAgents()
        checkDeployment()
        let policy = policy(agents: agents.count)
        let stages = planStages()
        guard isOfBearableSize(agents) else { return nil }
        // Where nothing could be read of the agents, what they do is checked for one.
        let doers = agents.isEmpty ? [agentHere] : agents
        let storage = StorageLayout(playbook: playbook, agents: doers, name: name, apart: worksApart)
        let operations = doers.map { storage.operations(for: $0) }
        checkWorkload(storage: storage, operations: operations[0])
        guard !agents.isEmpty, !stages.isEmpty else { return nil }
        let works = AgentWorks(playbook: playbook, storage: storage, name: name, agentCount: agents.count)
        let agentPlans = agents.map { agent in
            works.plan(for: agent, operations: operations[agent.number - 1].compactMap(\.self), stages: stages)
        }
        var plan = Plan(
            name: name, playbookPath: path, agents: agentPlans, stages: stages.map { $0.plan(expecting: storage.totalObjects) })
        plan.policy = policy
        plan.deployment = deployment
        plan.storage.isShared = agents.count > 1 && !worksApart
        plan.storage.treeCreation = playbook.distributed?.treeMode?.value ?? .concurrent
        plan.performanceLog = playbook.performanceLog
        return plan
    }

    /// Every agent's plan holds every set, operation and stage of its own.
    private func isOfBearableSize(_ agents: [PlannedAgent]) -> Bool {
        let stages = playbook.distributed?.stages?.count ?? 4
        let entries = (playbook.prepare?.sets.count ?? 0) + playbook.workloadCount + stages
        guard agents.count * entries > Self.mostEntries else { return true }
        let what = "\(agents.count) agents with \(entries) sets, operations and stages each: more than \(Self.mostEntries) in all"
        playbook.cursor.fail(what, fix: "fewer agents, or larger sets in their place")
        return false
    }

    private func policy(agents: Int) -> RunPolicy {
        guard let distributed = playbook.distributed else { return RunPolicy() }
        var policy = distributed.policy
        if let minimum = distributed.minimumAgents {
            policy.minimumAgents = minimum.value.count(of: agents)
            if policy.minimumAgents > agents, agents > 0 {
                minimum.at.fail("\(policy.minimumAgents) of \(agents) agents can never be there", fix: "at most \(agents), or a part: 75%")
            }
        }
        return policy
    }

    private var deployment: DeploymentPlan {
        var plan = DeploymentPlan()
        guard let distributed = playbook.distributed else { return plan }
        if distributed.returnChannel?.value == .direct { plan.returnChannel = .direct }
        plan.advertise = distributed.advertise?.value
        plan.secretFile = distributed.secretFile.map(atHome)
        plan.insecure = distributed.insecure
        plan.container = distributed.deployment?.container
        plan.files = (distributed.deployment?.files ?? []).map { file in
            FilePush(from: atHome(file.value.from), to: file.value.to, mode: file.value.mode)
        }
        plan.relay = distributed.deployment?.relay ?? false
        plan.limits = distributed.deployment?.limits?.value ?? ProcessLimits()
        return plan
    }

    /// `~/` as the home folder of whoever started the controller.
    func atHome(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = environment["HOME"], !home.isEmpty else { return path }
        return home + path.dropFirst()
    }
}

extension Cursor {
    /// Whether something is written behind `key`.
    func hasKey(_ key: String) -> Bool {
        guard case .mapping(let pairs) = value.content, let pair = pairs.first(where: { $0.key == key }) else { return false }
        if case .null = pair.value.content { return false }
        return true
    }
}
