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

    @Test("every sample plans, and nothing is to be said of it", arguments: names)
    func plans(name: String) throws {
        let reading = read(try text(of: "playbooks/\(name)"), options: Self.options)
        #expect(reading.problems.map(\.description) == [])
        #expect(reading.plan != nil)
    }

    @Test("the samples are there")
    func there() {
        #expect(
            Self.names == [
                "custom-stages.yaml", "fault-tolerant.yaml", "listen.yaml", "local-agents.yaml", "local.yaml", "quickstart-local.yaml",
                "quickstart.yaml", "ssh-fleet.yaml",
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
}
