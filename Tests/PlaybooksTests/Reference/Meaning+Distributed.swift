import Plans
import Vocabulary

extension Meaning {
    /// Keys of `distributed` but its stages.
    static let distributed: [String: Meaning] = [
        "distributed.shared_filesystem": .boolean { place in place.plan.agents.count > 1 ? place.plan.storage.isShared : nil },
        "distributed.tree_creation_mode": Meaning(.word(["agent": "isolated"])) { $0.plan.storage.treeCreation.rawValue },
        "distributed.path_selection": Meaning(.word(["distributed": "exclusive"])) { place in
            place.common(place.loads.map(\.pathSelection.word))
        },
        "distributed.partition_overlap": Meaning(.number) { place in
            place.common(place.loads.compactMap(\.pathSelection.overlap)).map { "\($0)" }
        },
        "distributed.path_template": Meaning(.folder) { place in
            place.common(place.agents(without: "distributed.agents[].path_template").map { template($0) })
        },
        "distributed.distributed_env.*": Meaning(.text) { place in
            // An agent's own value wins.
            place.common(place.agents(without: "distributed.agents[].env.*").map { $0.environment[place.written.name] ?? "none" })
        },
        "distributed.kv_cache_dir": Meaning(.text) { place in
            place.common(place.agents(without: "distributed.agents[].kv_cache_dir").compactMap(\.ledgerDirectory))
        },
        "distributed.start_delay": .seconds { $0.plan.policy.startDelay },
        "distributed.agent_ready_timeout": .seconds { $0.plan.policy.agentReadyTimeout },
        "distributed.grpc_keepalive_interval": .seconds { $0.plan.policy.keepAliveInterval },
        "distributed.grpc_keepalive_timeout": .seconds { $0.plan.policy.keepAliveTimeout },
        "distributed.lease": .seconds { $0.plan.policy.lease },
        "distributed.on_agent_loss": Meaning(.word()) { $0.plan.policy.onAgentLoss.rawValue },
        "distributed.min_agents": Meaning(.text) { place in
            let part = place.written.text.hasSuffix("%")
            // 75 % of four is three.
            return part ? "\(100 * place.plan.policy.minimumAgents / place.plan.agents.count)%" : "\(place.plan.policy.minimumAgents)"
        },
        "distributed.return_channel": Meaning(.word()) { place in
            let listens = place.plan.agents.contains { if case .listen = $0.reach { true } else { false } }
            return listens ? "listen" : place.plan.deployment.returnChannel.rawValue
        },
        "distributed.advertise": Meaning(.text) { $0.plan.deployment.advertise },
        "distributed.secret_file": Meaning(.text) { $0.plan.deployment.secretFile?.replacing("/home/me/", with: "~/") },
        "distributed.insecure": .boolean { $0.plan.deployment.insecure },
    ]
    .merging(agents) { first, _ in first }.merging(reaching) { first, _ in first }

    private static func template(_ agent: AgentPlan) -> String {
        agent.folder.replacing("agent-\(agent.number)", with: "agent-{id}").replacing("/\(agent.id.text)/", with: "/{agent}/")
    }

    /// Keys of `distributed.agents`.
    private static let agents: [String: Meaning] = [
        "distributed.agents[].address": Meaning(.text) { $0.agent.reach.written(like: $0.written.text) },
        "distributed.agents[].id": Meaning(.text) { $0.agent.id.text },
        "distributed.agents[].target_override": Meaning(.folder) { $0.agent.target },
        "distributed.agents[].concurrency_override": .number { $0.common(Array($0.agent.workers)) },
        "distributed.agents[].env.*": Meaning(.text) { $0.agent.environment[$0.written.name] },
        "distributed.agents[].path_template": Meaning(.folder) { $0.agent.folder },
        "distributed.agents[].listen_port": .number { place in
            // Over SSH nobody listens on it.
            if case .listen(_, let port) = place.agent.reach { return port }
            return nil
        },
        "distributed.agents[].ssh_port": .number { $0.agent.reach.ssh?.port },
        "distributed.agents[].kv_cache_dir": Meaning(.text) { $0.agent.ledgerDirectory },
        "distributed.agents[].multi_endpoint.strategy": Meaning(.word()) { $0.agent.endpoints?.strategy.rawValue },
        "distributed.agents[].multi_endpoint.endpoints[]": Meaning(.folder) { $0.agent.endpoints?.uris[$0.index(1)] },
        "distributed.agents[].volumes[]": Meaning(.text) { place in
            let volume = place.agent.volumes[place.index(1)]
            return "\(volume.source):\(volume.destination)" + (volume.mode.map { ":\($0)" } ?? "")
        },
        "distributed.agents[].ports[]": Meaning(.text) { place in
            let port = place.agent.ports[place.index(1)]
            return (port.address.map { "\($0):" } ?? "") + "\(port.hostPort):\(port.containerPort)" + (port.isUDP ? "/udp" : "")
        },
    ]

    /// Keys of `distributed.ssh` and `distributed.deployment`.
    private static let reaching: [String: Meaning] = [
        "distributed.ssh.enabled": .boolean { place in place.plan.agents.contains { $0.reach.ssh != nil } },
        // One in an agent's address wins.
        "distributed.ssh.user": Meaning(.text) { $0.plan.agents[0].reach.ssh?.user },
        "distributed.ssh.key_path": Meaning(.text) { place in
            place.common(place.plan.agents.compactMap { $0.reach.ssh?.keyPath }).map { $0.replacing("/home/me/.ssh", with: "~/.ssh") }
        },
        "distributed.ssh.timeout": .seconds { place in place.common(place.plan.agents.compactMap { $0.reach.ssh?.connectTimeout }) },
        "distributed.ssh.port": .number { place in place.common(place.plan.agents.compactMap { $0.reach.ssh?.port }) },
        "distributed.ssh.proxy_jump": Meaning(.text) { place in place.common(place.plan.agents.compactMap { $0.reach.ssh?.proxyJump }) },
        "distributed.ssh.known_hosts": Meaning(.text) { place in
            place.common(place.plan.agents.compactMap { $0.reach.ssh?.hostKeys.file }).map { $0.replacing("/home/me/", with: "~/") }
        },
        "distributed.ssh.host_keys": Meaning(.word(["accept_new": "accept-new"])) { place in
            place.common(place.plan.agents.compactMap { $0.reach.ssh?.hostKeys.word })
        },
        "distributed.deployment.deploy_type": Meaning(.word(["container": "docker"])) { place in
            place.plan.deployment.container == nil ? "binary" : "docker"
        },
        "distributed.deployment.container_runtime": container(.word()) { $0.runtime?.rawValue },
        "distributed.deployment.image": container(.text) { $0.image },
        "distributed.deployment.network_mode": container(.text) { $0.networkMode },
        "distributed.deployment.pull_policy": container(.word()) { $0.pullPolicy.rawValue },
        "distributed.deployment.docker_args[]": Meaning(.text) { $0.plan.deployment.container?.arguments[$0.index()] },
        "distributed.deployment.binary_path": .warnedOf,
    ]

    /// What a container is like; without containers it is warned of.
    private static func container(_ spelling: Spelling, _ planned: @escaping @Sendable (ContainerPlan) -> String?) -> Meaning {
        Meaning(spelling) { place in
            guard let container = place.plan.deployment.container else { return try Meaning.warnedOf.planned(place) }
            return planned(container)
        }
    }
}

extension PathSelection {
    var word: String {
        switch self {
        case .random: "random"
        case .partitioned: "partitioned"
        case .exclusive: "exclusive"
        case .weighted: "weighted"
        }
    }

    var overlap: Double? {
        switch self {
        case .partitioned(_, let overlap), .weighted(_, let overlap): overlap
        case .random, .exclusive: nil
        }
    }
}

extension HostKeyPolicy {
    var word: String {
        switch self {
        case .ask: "ask"
        case .strict: "strict"
        case .acceptNew: "accept-new"
        case .off: "off"
        }
    }

    /// `""` where nothing is checked.
    var file: String? {
        switch self {
        case .ask(let file), .strict(let file), .acceptNew(let file): file
        case .off: ""
        }
    }
}

extension Reach {
    var ssh: SSHDestination? { if case .ssh(let destination) = self { destination } else { nil } }

    /// As an address with the parts that `text` has.
    func written(like text: String) -> String {
        switch self {
        case .local: return "local"
        case .listen(let host, let port):
            let name = "\(host)".contains(":") ? "[\(host)]" : "\(host)"
            return text.contains(":") ? "\(name):\(port)" : name
        case .ssh(let destination):
            let user = text.contains("@") ? destination.user.map { "\($0)@" } ?? "" : ""
            // 7761 is the agent's port and goes nowhere.
            let port = text.hasSuffix(":7761") ? ":7761" : text.contains(":") ? destination.port.map { ":\($0)" } ?? "" : ""
            return "\(user)\(destination.host)\(port)"
        }
    }
}
