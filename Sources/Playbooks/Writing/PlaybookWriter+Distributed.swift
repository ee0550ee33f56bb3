import Plans
import Vocabulary

extension PlaybookWriter {
    var distributed: YAMLText {
        let policy = plan.policy
        let (selection, overlap) = selection
        return .pairs([
            "shared_filesystem": isSharedByMode ? nil : .boolean(plan.storage.isShared || (agents.count == 1 && first.folder.isEmpty)),
            "tree_creation_mode": .scalar(plan.storage.treeCreation.rawValue),
            "path_selection": selection.map { .scalar($0) }, "partition_overlap": overlap.map { .number($0) },
            "ssh": ssh, "deployment": deployment,
            "return_channel": plan.deployment.returnChannel == .direct ? .scalar("direct") : nil,
            "advertise": plan.deployment.advertise.map(YAMLText.text), "secret_file": plan.deployment.secretFile.map(YAMLText.text),
            "insecure": .boolean(plan.deployment.insecure), "lease": .duration(policy.lease), "min_agents": .number(policy.minimumAgents),
            "on_agent_loss": .scalar(policy.onAgentLoss.rawValue), "start_delay": .duration(policy.startDelay),
            "agent_ready_timeout": .duration(policy.agentReadyTimeout), "grpc_keepalive_interval": .duration(policy.keepAliveInterval),
            "grpc_keepalive_timeout": .duration(policy.keepAliveTimeout), "barrier_sync": barrierSync(policy.liveness),
            "agents": .list(agents.map(agent)), "stages": .list(plan.stages.map(stage)),
        ])
    }

    /// Storage is shared where a tree is made for all; what several endpoints show is then judged by their addresses, whereas
    /// `shared_filesystem` says that it is the same.
    private var isSharedByMode: Bool {
        guard plan.storage.isShared else { return false }
        return agents.allSatisfy { agent in
            guard let endpoint = agent.endpoints?.uris[0] else { return true }
            let alike = agents.count { $0.endpoints.map { Self.storage(at: $0.uris[0]) } == Self.storage(at: endpoint) }
            let (sets, trees) = agent.storage
            return sets.allSatisfy { !$0.spreads || $0.share.count <= alike }
                && trees.allSatisfy { !$0.spreads || ($0.fileShare?.count ?? 1) <= alike }
        }
    }

    /// `s3://10.0.0.1:9000/bucket/` is an address of a bucket, `s3://bucket/` the bucket.
    private static func storage(at endpoint: String) -> String {
        let parts = endpoint.split(separator: "/", maxSplits: 2)
        return parts.count == 3 && parts[1].contains(":") ? "\(parts[0])//\(parts[2])" : endpoint
    }

    private var selection: (String?, Double?) {
        switch loads.first?.pathSelection {
        case .partitioned(_, let overlap): ("partitioned", overlap)
        case .weighted(_, let overlap): ("weighted", overlap)
        case .exclusive: ("exclusive", nil)
        case .random, nil: (nil, nil)
        }
    }

    private var destination: SSHDestination? {
        for agent in agents { if case .ssh(let destination) = agent.reach { return destination } }
        return nil
    }

    private var ssh: YAMLText? {
        guard let to = destination else { return nil }
        let (word, file) = to.hostKeys.words
        return .pairs([
            "enabled": .boolean(true), "key_path": to.keyPath.map(YAMLText.text), "timeout": to.connectTimeout.map(YAMLText.duration),
            "host_keys": .scalar(word), "known_hosts": file.map(YAMLText.text), "proxy_jump": to.proxyJump.map(YAMLText.text),
        ])
    }

    private var deployment: YAMLText? {
        let (plan, directory) = (plan.deployment, workingDirectory)
        guard plan.container != nil || !plan.files.isEmpty || !plan.limits.isEmpty || plan.relay || directory != nil else { return nil }
        return .pairs([
            "deploy_type": plan.container.map { _ in .scalar("docker") },
            "container_runtime": plan.container?.runtime.map { .scalar($0.rawValue) },
            "image": plan.container?.image.map(YAMLText.text), "network_mode": plan.container.map { .text($0.networkMode) },
            "pull_policy": plan.container.map { .scalar($0.pullPolicy.rawValue) },
            "docker_args": plan.container.map { .list($0.arguments.map(YAMLText.text)) },
            "files": plan.files.isEmpty ? nil : .list(plan.files.map(file)), "working_dir": directory.map(YAMLText.text),
            "relay": plan.relay ? .scalar("auto") : nil,
            "limits": plan.limits.isEmpty
                ? nil
                : .pairs([
                    "memory": plan.limits.memory.map(YAMLText.bytes), "cpus": plan.limits.cpus.map { .number($0) },
                    "nofile": plan.limits.openFiles.map { .number($0) },
                ]),
        ])
    }

    private func file(_ file: FilePush) -> YAMLText {
        .pairs([
            "from": .text(file.from), "to": .text(file.to), "mode": file.mode.map { .text("0" + String($0, radix: 8)) },
        ])
    }

    /// All commands are started in the same place.
    private var workingDirectory: String? {
        for case .custom(let work) in first.stages.map(\.work) { return work.workingDirectory }
        return nil
    }

    private func barrierSync(_ liveness: LivenessPolicy) -> YAMLText {
        .pairs([
            "enabled": .boolean(false), "default_heartbeat_interval": .duration(liveness.heartbeatInterval),
            "default_missed_threshold": .number(liveness.missedThreshold), "default_query_timeout": .duration(liveness.queryTimeout),
            "default_query_retries": .number(liveness.queryRetries),
        ])
    }

    private func agent(_ agent: AgentPlan) -> YAMLText {
        let isCommon = agents.allSatisfy { $0.target == first.target }
        return .pairs([
            "address": .text(agent.reach.written), "id": .text(agent.id.text), "ssh_port": agent.reach.sshPort.map { .number($0) },
            "concurrency_override": agent.workers == first.workers ? nil : agent.workers.map { .number($0) },
            "target_override": isCommon ? nil : agent.target.map(YAMLText.text),
            "path_template": agent.folder.isEmpty && plan.storage.isShared ? nil : .text(agent.folder),
            "multi_endpoint": agent.endpoints.map { endpoints in
                .pairs(["strategy": .scalar(endpoints.strategy.rawValue), "endpoints": .list(endpoints.uris.map(YAMLText.text))])
            },
            "env": agent.environment.isEmpty ? nil : .map(agent.environment.sorted { $0.key < $1.key }.map(variable)),
            "kv_cache_dir": agent.ledgerDirectory.map(YAMLText.text),
            "volumes": agent.volumes.isEmpty
                ? nil : .list(agent.volumes.map { .text("\($0.source):\($0.destination)" + ($0.mode.map { ":\($0)" } ?? "")) }),
            "ports": agent.ports.isEmpty
                ? nil
                : .list(
                    agent.ports.map {
                        .text(($0.address.map { "\($0):" } ?? "") + "\($0.hostPort):\($0.containerPort)" + ($0.isUDP ? "/udp" : ""))
                    }),
        ])
    }

    private func variable(_ name: String, _ value: String) -> (key: String, value: YAMLText) {
        (name, .text(hidesSecrets && isSecretName(name) ? "${\(name)}" : value.replacing("${", with: "$${")))
    }

    private func stage(_ stage: StagePlan) -> YAMLText {
        let works = agents.compactMap { agent in agent.stages.first { $0.order == stage.order }?.work }
        return .pairs([
            "name": .text(stage.name), "order": .number(stage.order.number), "optional": .boolean(stage.optional),
            "timeout_secs": .duration(stage.timeout),
            "barrier": stage.barrier.map { barrier in
                .pairs([
                    "type": .scalar(barrier.type.rawValue), "heartbeat_interval": .duration(barrier.liveness.heartbeatInterval),
                    "missed_threshold": .number(barrier.liveness.missedThreshold),
                    "query_timeout": .duration(barrier.liveness.queryTimeout),
                    "query_retries": .number(barrier.liveness.queryRetries), "agent_barrier_timeout": .duration(barrier.wait),
                ])
            },
            "config": config(of: stage, works),
        ])
    }

    private func steadyState(_ policy: SteadyStatePolicy) -> YAMLText {
        .pairs([
            "window": .duration(policy.window), "metric": .scalar(policy.metric.rawValue), "confidence": .scalar("\(policy.confidence)"),
            "precision": .scalar("\(policy.precision)"), "drift": .scalar("\(policy.drift)"),
        ])
    }

    private func config(of stage: StagePlan, _ works: [StageWork]) -> YAMLText {
        var pairs: [(key: String, value: YAMLText)] = [("type", .scalar(stage.type.rawValue))]
        if let objects = stage.expectedObjects { pairs.append(("expected_objects", .number(objects))) }
        switch works[0] {
        case .load(let load):
            if let duration = load.duration { pairs.append((stage.type == .hybrid ? "max_duration" : "duration", .duration(duration))) }
            let limits = works.compactMap { work in if case .load(let load) = work { load.taskLimit } else { nil } }
            if !limits.isEmpty { pairs.append(("expected_tasks", .number(Int(limits.reduce(0, +))))) }
            if let steady = stage.steadyState { pairs.append(("steady_state", steadyState(steady))) }
        case .custom(let custom):
            pairs += [("command", .text(custom.command)), ("args", .list(custom.arguments.map(YAMLText.text)))]
        case .validation, .prepare, .cleanup, .replay: break
        }
        return .map(pairs)
    }
}

extension Reach {
    fileprivate var sshPort: Int? { if case .ssh(let destination) = self { destination.port } else { nil } }

    /// As an address; sshd's port stands beside it.
    fileprivate var written: String {
        switch self {
        case .local: "local"
        case .ssh(let to): (to.user.map { "\($0)@" } ?? "") + "\(to.host)".bracketed
        case .listen(let host, let port): "\("\(host)".bracketed):\(port)"
        }
    }
}

extension String {
    /// An IPv6 address in brackets, as before a port.
    fileprivate var bracketed: String { contains(":") ? "[\(self)]" : self }
}
