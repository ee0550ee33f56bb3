import Plans
import Vocabulary

/// One agent with everything about it that does not depend on stages.
struct PlannedAgent {
    var id: AgentID
    /// From 1.
    var number: Int
    var reach: Reach
    var workers: Int
    /// Ends in `/`; nil where paths must be absolute.
    var target: String?
    var endpoints: Endpoints?
    /// Folder between target and path, ending in `/`; empty where agents work in the same place.
    var folder: String
    var environment: [String: String] = [:]
    var ledgerDirectory: String?
    var volumes: [VolumeMount] = []
    var ports: [PublishedPort] = []
}

extension Planner {
    static let defaultPathTemplate = "agent-{id}/"

    /// Whether every agent works in a place of its own.
    ///
    /// Where nothing says that storage is shared it is taken as not shared: that works on every storage, the other only on some.
    var worksApart: Bool {
        guard let distributed = playbook.distributed else { return false }
        if distributed.treeMode?.value == .isolated { return true }
        if let shared = distributed.sharedFilesystem { return !shared.value }
        if distributed.treeMode != nil { return false }
        let agent = distributed.agents.first
        let place = playbook.target ?? playbook.endpoints?.endpoints.first ?? agent?.targetOverride ?? agent?.endpoints?.endpoints.first
        let scheme = place.flatMap { TargetURI.scheme(of: $0.value) }
        return scheme == nil || scheme == "file" || scheme == "direct"
    }

    /// The one agent of this machine.
    var agentHere: PlannedAgent {
        PlannedAgent(
            id: AgentID(number: 1), number: 1, reach: .local, workers: playbook.concurrency ?? Self.defaultConcurrency,
            target: playbook.target.flatMap(TargetURI.folder), endpoints: playbook.endpoints?.plan(), folder: "")
    }

    func planAgents() -> [PlannedAgent] {
        guard let distributed = playbook.distributed else { return [agentHere] }
        let target = playbook.target.flatMap(TargetURI.folder)
        let endpoints = playbook.endpoints?.plan()
        let workers = playbook.concurrency ?? Self.defaultConcurrency
        let agents = distributed.agents.enumerated().map { index, section in
            let id = section.id?.value ?? AgentID(number: index + 1)
            return PlannedAgent(
                id: id, number: index + 1, reach: reach(of: section, in: distributed),
                workers: section.concurrencyOverride ?? workers,
                target: section.targetOverride.flatMap(TargetURI.folder) ?? target,
                // A target of the agent's own is more specific than endpoints of all.
                endpoints: section.endpoints?.plan() ?? (section.targetOverride == nil ? endpoints : nil),
                folder: folder(of: section, id: id, number: index + 1),
                environment: distributed.environment.merging(section.environment) { $1 },
                ledgerDirectory: section.ledgerDirectory ?? distributed.ledgerDirectory, volumes: section.volumes?.value ?? [],
                ports: section.ports?.value ?? [])
        }
        checkNames(of: agents, sections: distributed.agents)
        checkSharing(distributed)
        return agents
    }

    private func folder(of section: AgentSection, id: AgentID, number: Int) -> String {
        guard worksApart else { return "" }
        let template = section.pathTemplate?.value ?? playbook.distributed?.pathTemplate?.value ?? Self.defaultPathTemplate
        return template.replacing("{id}", with: "\(number)").replacing("{agent}", with: id.text)
    }

    private func reach(of section: AgentSection, in distributed: DistributedSection) -> Reach {
        guard let address = section.address, case .host(let host, let user, let port) = address.value else { return .local }
        guard let ssh = distributed.ssh, ssh.enabled else {
            if user != nil { address.at.warn("the user has no effect: the agent is started by hand", fix: "ssh: {enabled: true}") }
            return .listen(host: host, port: port ?? section.listenPort ?? 7761)
        }
        var destination = SSHDestination(
            host: host, port: sshPort(written: port, at: address.at, of: section) ?? ssh.port, user: user ?? ssh.user,
            keyPath: ssh.keyPath.map(atHome), connectTimeout: ssh.timeout, hostKeys: atHome(ssh.hostKeys))
        destination.proxyJump = ssh.proxyJump?.value
        return .ssh(destination)
    }

    /// sshd's port; one that is the agent's by its number is left out, with a warning.
    private func sshPort(written: Int?, at cursor: Cursor, of section: AgentSection) -> Int? {
        guard let written else { return section.sshPort }
        if written == 7761 || written == section.listenPort {
            if reading.isFirst("port \(written)") {
                cursor.warn(
                    "port \(written) is taken for the agent's, not for sshd's, here and in every address",
                    fix: "leave it out; sshd's port stands in ssh.port or ssh_port")
            }
            return section.sshPort
        }
        if let other = section.sshPort, other != written {
            cursor.fail("names port \(written), and ssh_port names \(other)", fix: "keep one of them")
        }
        return written
    }

    private func atHome(_ policy: HostKeyPolicy) -> HostKeyPolicy {
        switch policy {
        case .ask(let file): .ask(knownHosts: file.map(atHome))
        case .strict(let file): .strict(knownHosts: file.map(atHome))
        case .acceptNew(let file): .acceptNew(knownHosts: file.map(atHome))
        case .off: .off
        }
    }

    private func checkNames(of agents: [PlannedAgent], sections: [AgentSection]) {
        var ids: [AgentID: Int] = [:]
        var addresses: [String: Int] = [:]
        for (agent, section) in zip(agents, sections) {
            if let first = ids[agent.id] {
                (section.id?.at ?? section.cursor).fail(
                    "agents \(first) and \(agent.number) both have the id \(agent.id)", fix: "give each an id of its own")
            } else {
                ids[agent.id] = agent.number
            }
            guard let written = section.address, case .host(let host, let user, let port) = written.value else { continue }
            let address = "\(user ?? "")@\(host):\(port ?? 0):\(section.listenPort ?? 0):\(section.sshPort ?? 0)"
            if let first = addresses[address] {
                written.at.fail(
                    "agents \(first) and \(agent.number) have the same address",
                    fix: isThisMachine(host)
                        ? "`address: local`, which may stand several times: each is a process of this machine"
                        : "one agent an address; more load: concurrency")
            } else {
                addresses[address] = agent.number
            }
        }
    }

    private func isThisMachine(_ host: HostName) -> Bool { ["localhost", "127.0.0.1", "::1"].contains(host.text) }

    private func checkSharing(_ distributed: DistributedSection) {
        if let mode = distributed.treeMode {
            if mode.value == .isolated, distributed.sharedFilesystem?.value == true {
                mode.at.warn(
                    "each agent works in a folder of its own, though shared_filesystem is true",
                    fix: "concurrent, coordinator or controller")
            }
            if mode.value == .coordinator || mode.value == .controller, distributed.sharedFilesystem?.value == false {
                mode.at.warn("nobody can make a tree for others where storage is not shared: each agent makes its own", fix: "isolated")
            }
        }
        if let template = distributed.pathTemplate, !worksApart {
            template.at.warn("has no effect on shared storage", fix: "shared_filesystem: false, or leave it out")
        }
    }
}
