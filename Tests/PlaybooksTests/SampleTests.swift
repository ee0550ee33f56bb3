import Foundation
import Plans
import Playbooks
import TestKit
import Testing
import Vocabulary

/// Every file under `playbooks/`.
@Suite struct SampleTests {
    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: Repository.path("playbooks")))?
        .filter { $0.hasSuffix(".yaml") }.sorted() ?? []

    /// What `scripts/quickstart` exports.
    static let options = PlaybookOptions(environment: [
        "QUICKSTART_DIR": "/tmp/q", "QUICKSTART_SSH_PORT_1": "2201", "QUICKSTART_SSH_PORT_2": "2202", "QUICKSTART_SSH_PORT_3": "2203",
        "QUICKSTART_KEY": "/tmp/q/key", "QUICKSTART_KNOWN_HOSTS": "/tmp/q/known_hosts", "QUICKSTART_USER": "me", "HOME": "/home/me",
    ])

    private func sample(_ name: String) throws -> Plan {
        try plan(text(of: "playbooks/\(name).yaml"), options: Self.options)
    }

    @Test("every sample plans, and nothing is to be said of it but what is not carried out yet", arguments: names)
    func plans(name: String) throws {
        let reading = read(try text(of: "playbooks/\(name)"), options: Self.options)
        #expect(reading.problems.filter { $0.severity != .note }.map(\.description) == [])
        #expect(reading.plan != nil)
    }

    @Test("every sample says in its first lines what it is for", arguments: names)
    func commented(name: String) throws { #expect(try text(of: "playbooks/\(name)").hasPrefix("# ")) }

    @Test("the manual names every sample")
    func named() throws {
        let manual = try text(of: "docs/playbook.md")
        #expect(Self.names.filter { !manual.contains("`\($0)`") } == [])
    }

    @Test("the samples are there")
    func there() {
        #expect(
            Self.names == [
                "azure.yaml", "cleanup-only.yaml", "containers.yaml", "custom-stages.yaml", "fault-tolerant.yaml", "gcs.yaml",
                "large-scale.yaml", "listen.yaml", "local-agents.yaml", "local.yaml", "multi-endpoint.yaml", "quickstart-local.yaml",
                "quickstart.yaml", "rate-controlled.yaml", "s3.yaml", "ssh-fleet.yaml",
            ])
    }

    @Test("the quickstart is the same over SSH and with local agents")
    func quickstart() throws {
        let overSSH = try sample("quickstart")
        let local = try sample("quickstart-local")
        #expect(overSSH.stages == local.stages)
        #expect(overSSH.agents.map(\.stages) == local.agents.map(\.stages))
        #expect(local.agents.map(\.reach) == [.local, .local, .local])
        #expect(overSSH.stages.map(\.type) == [.prepare, .execute, .cleanup])
        #expect(overSSH.stages.allSatisfy { $0.barrier?.type == .allOrNothing })
        let ports = overSSH.agents.map { agent -> Int? in if case .ssh(let destination) = agent.reach { destination.port } else { nil } }
        #expect(ports == [2201, 2202, 2203])
        let load = try overSSH.load()
        #expect(load.duration == .seconds(10))
        #expect(load.operations.map(\.kind) == [.get, .put, .stat, .list])
        #expect(load.operations.map(\.weight) == [60, 25, 10, 5])
        #expect(load.operations.first?.uri == "file:///tmp/q/data/agent-1/files/prepared-*.dat")
    }

    @Test("ssh-fleet goes to the hosts that scripts/fleet makes")
    func fleet() throws {
        let made = try sample("ssh-fleet")
        let destinations = (11...13).map { number in
            SSHDestination(
                host: HostName("10.99.0.\(number)"), port: 22, user: "deploy", keyPath: "/tmp/muster-fleet/keys/id_ed25519",
                connectTimeout: .seconds(10), hostKeys: .ask(knownHosts: "/tmp/muster-fleet/known_hosts"))
        }
        #expect(made.agents.map(\.reach) == destinations.map { .ssh($0) })
        #expect(made.agents.map(\.id.text) == ["h1", "h2", "h3"])
        #expect(made.stages.map(\.name) == ["preflight", "prepare", "execute", "cleanup"])
    }

    @Test("the fault-tolerant sample has the three barriers and wants two of three agents")
    func tolerant() throws {
        let made = try sample("fault-tolerant")
        #expect(made.stages.map(\.barrier?.type) == [.allOrNothing, .majority, .bestEffort])
        #expect(made.policy.minimumAgents == 2)
        #expect(made.stages.compactMap(\.barrier).allSatisfy { $0.liveness.bound == .seconds(25) })
    }

    @Test(
        "object stores: one bucket is shared out to all agents",
        arguments: [("s3", "s3://my-bucket/bench/"), ("gcs", "gs://my-bucket/bench/"), ("azure", "az://myaccount/bench/run/")])
    func stores(name: String, target: String) throws {
        let made = try sample(name)
        #expect(made.agents.allSatisfy { $0.target == target && $0.folder.isEmpty })
        #expect(made.storage.isShared)
        let sets = try made.agents.indices.map { try made.prepare(of: $0 + 1).sets[0] }
        #expect(sets.map(\.share) == made.agents.indices.map { Share(index: $0, count: made.agents.count) })
        #expect(try made.prepare().delayAfter > .zero)
    }

    @Test("containers: runtime, volumes and arguments of each host")
    func containers() throws {
        let made = try sample("containers")
        #expect(made.deployment.container?.runtime == .podman)
        #expect(made.deployment.container?.arguments == ["--cpus=4", "--ulimit=nofile=65536"])
        #expect(made.agents.map(\.volumes.count) == [1, 2])
    }

    @Test("multi-endpoint: each agent has two endpoints for itself, over which all is spread")
    func endpoints() throws {
        let made = try sample("multi-endpoint")
        #expect(made.agents.compactMap(\.endpoints?.uris.count) == [2, 2])
        #expect(made.agents.compactMap(\.endpoints?.strategy) == [.roundRobin, .leastConnections])
        #expect(try made.load().operations.allSatisfy(\.spreads))
        #expect(try made.prepare(of: 2).sets.map(\.share) == [Share(index: 1, count: 2)])
    }

    @Test("large-scale: 256 agents, longer waits, a majority for the load")
    func large() throws {
        let made = try sample("large-scale")
        #expect(made.agents.count == 256)
        #expect(made.policy.minimumAgents == 244)
        #expect(made.deployment.returnChannel == .direct)
        #expect(made.stages.map(\.barrier?.type) == [.allOrNothing, .allOrNothing, .majority, .bestEffort])
        #expect(made.stages.compactMap(\.barrier?.wait) == Array(repeating: .seconds(900), count: 4))
    }

    @Test("cleanup-only: the sets of local.yaml and nothing else")
    func cleanupOnly() throws {
        let made = try sample("cleanup-only")
        #expect(made.stages.map(\.type) == [.cleanup])
        let (mine, local) = (try made.cleanup().sets, try sample("local").prepare().sets)
        #expect(mine.map(\.base) == local.map(\.base) && mine.map(\.count) == local.map(\.count))
    }

    @Test("rate-controlled: 200 operations a second, half of them each agent's")
    func rate() throws {
        let made = try sample("rate-controlled")
        for agent in 1...2 {
            let rate = try #require(try made.load(of: agent).rate)
            #expect(rate == LoadRate(operationsPerSecond: 200, share: Share(index: agent - 1, count: 2)))
        }
    }
}
