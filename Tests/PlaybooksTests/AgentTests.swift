import Plans
import Playbooks
import Testing
import Vocabulary

@Suite struct AgentTests {
    /// A fleet whose agents and other settings a test writes.
    private func text(_ agents: String, _ more: String = "", insecure: Bool = true) -> String {
        """
        target: "file:///data/"
        concurrency: 4
        workload:
          - {op: get, path: "x/*", weight: 1}
        prepare: {ensure_objects: [{base_uri: "x/", count: 10}]}
        distributed:
          insecure: \(insecure)
          agents:
        \(agents.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
          stages:
            - {name: prepare, order: 1, type: prepare}
            - {name: execute, order: 2, type: execute, duration: 30s}
        \(more.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
        """
    }

    @Test("an agent is a process of this machine, a host over SSH, or listening already")
    func reach() throws {
        let listening = try plan(
            text(
                "- {address: local}\n- {address: h1}\n- {address: \"h2:8000\"}\n- {address: h3, listen_port: 9000}\n- {address: \"[::1]:7762\"}"
            ))
        #expect(
            listening.agents.map(\.reach) == [
                .local, .listen(host: HostName("h1"), port: 7761), .listen(host: HostName("h2"), port: 8000),
                .listen(host: HostName("h3"), port: 9000), .listen(host: HostName("::1"), port: 7762),
            ])
        #expect(listening.agents.map(\.id.text) == ["agent-1", "agent-2", "agent-3", "agent-4", "agent-5"])
        #expect(listening.agents.map(\.number) == [1, 2, 3, 4, 5])
        #expect(listening.deployment.insecure)
    }

    @Test("ssh settings reach each host; an agent's own and its address's win")
    func ssh() throws {
        let made = try plan(
            text(
                "- {address: h1, id: a}\n- {address: \"me@h2:2200\", id: b}\n- {address: h3, ssh_port: 2201}\n- {address: \"h4:7761\"}",
                "ssh: {enabled: true, user: bench, key_path: ~/.ssh/k, timeout: 5, known_hosts: ~/kh, port: 2222, proxy_jump: \"a,b\"}"),
            options: PlaybookOptions(environment: ["HOME": "/home/x"]))
        var common = SSHDestination(
            host: HostName("h1"), port: 2222, user: "bench", keyPath: "/home/x/.ssh/k", connectTimeout: .seconds(5),
            hostKeys: .ask(knownHosts: "/home/x/kh"))
        common.proxyJump = "a,b"
        var destinations = [common, common, common, common]
        destinations[1].host = HostName("h2")
        destinations[1].port = 2200
        destinations[1].user = "me"
        destinations[2].host = HostName("h3")
        destinations[2].port = 2201
        destinations[3].host = HostName("h4")
        #expect(made.agents.map(\.reach) == destinations.map { .ssh($0) })
        #expect(made.deployment.returnChannel == .tunnel)
    }

    @Test(
        "a person is asked about unknown host keys unless the playbook says otherwise",
        arguments: [
            ("", HostKeyPolicy.ask(knownHosts: nil)), ("host_keys: strict", .strict(knownHosts: nil)),
            ("host_keys: accept-new", .acceptNew(knownHosts: nil)), ("host_keys: off", .off),
            ("known_hosts: \"\"", .off), ("host_keys: accept_new, known_hosts: /k", .acceptNew(knownHosts: "/k")),
        ])
    func hostKeys(setting: String, policy: HostKeyPolicy) throws {
        let made = try plan(text("- {address: h1}", "ssh: {enabled: true, \(setting)}"))
        guard case .ssh(let destination) = made.agents[0].reach else { throw WrongWork() }
        #expect(destination.hostKeys == policy)
        #expect(destination.port == nil)
        #expect(destination.user == nil)
        #expect(destination.connectTimeout == nil)
    }

    @Test("a range of hosts stands for an agent each")
    func ranges() throws {
        let made = try plan(text("- {address: \"host[08-11].lab\"}\n- {address: last}"))
        let hosts = ["host08.lab", "host09.lab", "host10.lab", "host11.lab", "last"]
        #expect(made.agents.map(\.reach) == hosts.map { .listen(host: HostName($0), port: 7761) })
    }

    @Test("overrides of target and concurrency hold for their agent alone")
    func overrides() throws {
        let made = try plan(
            text(
                "- {address: h1, target_override: \"file:///mnt/a\", concurrency_override: 64}\n- {address: h2}", "shared_filesystem: true")
        )
        #expect(try made.load(of: 1).workers == 64)
        #expect(try made.load(of: 2).workers == 4)
        #expect(try made.prepare(of: 1).workers == 64)
        #expect(try made.load(of: 1).operations.map(\.uri) == ["file:///mnt/a/x/*"])
        #expect(try made.load(of: 2).operations.map(\.uri) == ["file:///data/x/*"])
        // Nobody shares a folder here, so each makes all of it.
        #expect(try made.prepare(of: 1).sets.map(\.share) == [.whole])
        #expect(try made.prepare(of: 1).sets.map(\.base) == ["file:///mnt/a/x/"])
    }

    @Test("a base_uri under the target moves with an agent's own target")
    func rebased() throws {
        let text = text("- {address: h1, target_override: \"file:///mnt/a/\"}\n- {address: h2}", "shared_filesystem: true")
            .replacing("base_uri: \"x/\"", with: "base_uri: \"file:///data/x/\"")
        #expect(try plan(text).prepare(of: 1).sets.map(\.base) == ["file:///mnt/a/x/"])
        #expect(try plan(text).prepare(of: 2).sets.map(\.base) == ["file:///data/x/"])
    }

    @Test("on shared storage agents share out the objects and read all of them")
    func shared() throws {
        let made = try plan(text("- {address: h1}\n- {address: h2}\n- {address: h3}", "shared_filesystem: true"))
        for number in 1...3 {
            #expect(try made.prepare(of: number).sets.map(\.share) == [Share(index: number - 1, count: 3)])
            #expect(try made.load(of: number).operations.map(\.uri) == ["file:///data/x/*"])
            #expect(try made.load(of: number).knownSets.map(\.count) == [10])
        }
        #expect(try made.stage("prepare").expectedObjects == 10)
    }

    @Test("on storage of its own each agent makes all of it, in a folder of its own")
    func apart() throws {
        let made = try plan(text("- {address: h1, id: left}\n- {address: h2, path_template: \"by/{agent}\"}"))
        #expect(try made.prepare(of: 1).sets.map(\.base) == ["file:///data/agent-1/x/"])
        #expect(try made.prepare(of: 2).sets.map(\.base) == ["file:///data/by/agent-2/x/"])
        #expect(try made.load(of: 1).operations.map(\.uri) == ["file:///data/agent-1/x/*"])
        #expect(try made.prepare(of: 2).sets.map(\.share) == [.whole])
        #expect(try made.stage("prepare").expectedObjects == 20)
        let templated = try plan(text("- {address: h1, id: left}", "path_template: \"{agent}/{id}/\""))
        #expect(try templated.prepare().sets.map(\.base) == ["file:///data/left/1/x/"])
        let flat = try plan(text("- {address: h1}\n- {address: h2}", "shared_filesystem: false\npath_template: \"\""))
        #expect(try flat.prepare(of: 2).sets.map(\.base) == ["file:///data/x/"])
        #expect(try flat.prepare(of: 2).sets.map(\.share) == [.whole])
    }

    @Test("an absolute folder outside the target has the agent's folder behind it, in prepare and load alike")
    func outside() throws {
        let text = text("- {address: h1}\n- {address: h2}").replacing("\"x/", with: "\"file:///other/x/")
        #expect(try plan(text).prepare(of: 2).sets.map(\.base) == ["file:///other/x/agent-2/"])
        #expect(try plan(text).load(of: 2).operations.map(\.uri) == ["file:///other/x/agent-2/*"])
    }

    @Test(
        "who makes a tree's folders and files",
        arguments: [
            ("coordinator", [true, false], [Share(index: 0, count: 2), Share(index: 1, count: 2)]),
            ("concurrent", [true, true], [Share(index: 0, count: 2), Share(index: 1, count: 2)]),
            ("controller", [true, false], [Share.whole, nil]), ("isolated", [true, true], [Share.whole, Share.whole]),
            ("agent", [true, true], [Share.whole, Share.whole]),
        ] as [(String, [Bool], [Share?])])
    func treeModes(mode: String, makesFolders: [Bool], files: [Share?]) throws {
        let text = text("- {address: h1}\n- {address: h2}", "tree_creation_mode: \(mode)")
            .replacing("ensure_objects: [{base_uri: \"x/\", count: 10}]", with: "tree: {width: 2, depth: 2, files_per_dir: 3}")
        let made = try plan(text)
        let trees = try [1, 2].map { try #require(try made.prepare(of: $0).trees.first) }
        #expect(trees.map { $0.directoryShare != nil } == makesFolders)
        #expect(trees.map(\.fileShare) == files)
        #expect(
            trees.map(\.base)
                == (mode == "isolated" || mode == "agent"
                    ? ["file:///data/agent-1/", "file:///data/agent-2/"] : ["file:///data/", "file:///data/"]))
    }

    @Test("environment is the fleet's with the agent's own over it, and so is the ledger's folder")
    func environment() throws {
        let made = try plan(
            text(
                "- {address: h1, env: {A: own, B: \"2\", C: }, kv_cache_dir: /nvme}\n- {address: h2}",
                "distributed_env: {A: all, D: 1}\nkv_cache_dir: /ssd"))
        #expect(made.agents[0].environment == ["A": "own", "B": "2", "C": "", "D": "1"])
        #expect(made.agents[1].environment == ["A": "all", "D": "1"])
        #expect(made.agents.map(\.ledgerDirectory) == ["/nvme", "/ssd"])
    }

    @Test("the run's policy is what distributed says")
    func policy() throws {
        let made = try plan(
            text(
                "- {address: h1}\n- {address: h2}\n- {address: h3}",
                """
                start_delay: 5s
                agent_ready_timeout: 2m
                grpc_keepalive_interval: 1m
                grpc_keepalive_timeout: 20
                lease: 90s
                min_agents: 60%
                on_agent_loss: continue
                secret_file: /s
                barrier_sync: {default_heartbeat_interval: 5, default_missed_threshold: 2, default_query_timeout: 3, default_query_retries: 1}
                """))
        #expect(made.policy.startDelay == .seconds(5))
        #expect(made.policy.agentReadyTimeout == .seconds(120))
        #expect(made.policy.keepAliveInterval == .seconds(60))
        #expect(made.policy.keepAliveTimeout == .seconds(20))
        #expect(made.policy.lease == .seconds(90))
        #expect(made.policy.minimumAgents == 2)
        #expect(made.policy.onAgentLoss == .continue)
        #expect(made.policy.liveness.heartbeatInterval == .seconds(5))
        #expect(made.policy.liveness.missedThreshold == 2)
        #expect(made.policy.liveness.queryTimeout == .seconds(3))
        #expect(made.policy.liveness.queryRetries == 1)
        #expect(made.deployment.secretFile == "/s")
    }

    @Test("without settings the policy is the defaults")
    func defaults() throws {
        #expect(try plan(fleet).policy == RunPolicy())
        #expect(try plan(fleet).deployment == DeploymentPlan())
        #expect(try plan(base).policy == RunPolicy())
    }

    @Test("return_channel and advertise reach the deployment")
    func deployment() throws {
        let made = try plan(
            text(
                "- {address: h1}", "ssh: {enabled: true}\nreturn_channel: direct\nadvertise: 10.0.0.1:9\ndeployment: {deploy_type: binary}")
        )
        #expect(made.deployment.returnChannel == .direct)
        #expect(made.deployment.advertise == "10.0.0.1:9")
    }

    @Test("an agent's one endpoint is its target")
    func endpoints() throws {
        let made = try plan(
            text(
                "- {address: h1, multi_endpoint: {endpoints: [\"file:///e1\"], strategy: least_connections}}\n- {address: h2}",
                "shared_filesystem: true"))
        #expect(try made.load(of: 1).operations.map(\.uri) == ["file:///e1/x/*"])
        #expect(try made.load(of: 2).operations.map(\.uri) == ["file:///data/x/*"])
    }

    @Test("a plan too large to be made is refused before it is made")
    func large() {
        let hosts =
            "target: file:///d/\nworkload: [{op: list, path: x/}]\ndistributed: {insecure: true, agents: [{address: \"h[1-9999]\"}, {address: \"g[1-9999]\"}]}\n"
        #expect(errors(hosts).map(\.what) == ["more than 10000 agents"])
        let sets =
            hosts.replacing(", {address: \"g[1-9999]\"}", with: "") + "prepare:\n  ensure_objects:\n"
            + String(repeating: "    - {count: 1}\n", count: 30)
        #expect(errors(sets).map(\.what) == ["9999 agents with 35 sets, operations and stages each: more than 250000 in all"])
    }
}
