import Deployment
import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

/// Hosts that are handed the agent by a neighbour, and what becomes of those whose neighbour is a bad one.
@Suite struct HandingTests {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case good, silent, refuses, damaged
        case endsEarly = "ends early"
        case saysMore = "says more"
        var testDescription: String { rawValue }
    }

    @Test("A neighbour's agent is checked, and a bad neighbour costs seconds and leaves nothing behind", arguments: Kind.allCases)
    func handed(_ kind: Kind) async throws {
        try await withFakeFleet { fleet in
            let bundle = try #require(fleet.deployer.bundle)
            let agent = try String(contentsOfFile: bundle.path, encoding: .utf8)
            try await ScriptedNeighbour.with(kind, agent: agent) { port in
                let neighbours = OneNeighbour(port: port)
                var deployer = fleet.deployer
                deployer.neighbours = neighbours
                let begun = SystemClock.now
                let deployed = try await deployer.deploy(fleet.settings(), on: fleet.host, deadline: .seconds(120))
                #expect(SystemClock.now - begun < .seconds(60))
                #expect(try await deployer.isAlive(deployed, on: fleet.host))
                #expect(neighbours.heard == (kind == .good ? ["begins", "fed", "launched"] : ["begins", "unfed", "launched"]))
                #expect(deployed.fedBy == (kind == .good ? OneNeighbour.agent : nil))
                #expect(deployed.warnings.count == (kind == .good ? 0 : 1), "\(deployed.warnings)")
                let warm = try await fleet.deploy(2)
                #expect((deployed.bytesSent == warm.bytesSent) == (kind == .good))
            }
            let askers = """
                for e in $(grep -lsF 'HOME=\(fleet.home.path)' /proc/[0-9]*/environ); do cat "${e%environ}comm"; done | grep -c -e '^cat$' -e '^bash$'
                """
            #expect(
                try await fleet.output("find '\(fleet.cache.path)' -type f") == "\(fleet.cache.path)/agents/\(bundle.sha256)/muster-agent")
            #expect(try await fleet.output(askers) == "0")
        }
    }

    @Test("A launch that is called off while it waits for a neighbour ends at once")
    func calledOff() async throws {
        try await withFakeFleet { fleet in
            let feeding = Feeding()
            // Two that are sent it from here, and never get on.
            for agent in 8...9 { _ = await feeding.neighbour(for: AgentID(number: agent)) }
            var deployer = fleet.deployer
            deployer.neighbours = feeding
            await #expect {
                _ = try await deployer.deploy(fleet.settings(), on: fleet.host, deadline: .milliseconds(500))
            } throws: { if case .deadline? = $0 as? DeploymentError { true } else { false } }
        }
    }

    @Test("Nobody waits longer than nothing gets on")
    func patience() async throws {
        let feeding = Feeding(patience: .milliseconds(20))
        for agent in 1...64 { #expect(await feeding.neighbour(for: AgentID(number: agent)) == nil) }
    }

    @Test("The script asks for a neighbour only where there are some")
    func without() async throws {
        try await withFakeFleet { fleet in
            let deployed = try await fleet.deploy()
            #expect(deployed.fedBy == nil)
            #expect(deployed.warnings == [])
        }
    }
}

/// Names one neighbour, on this machine.
private final class OneNeighbour: Neighbourhood {
    static let agent = AgentID(number: 77)
    let port: Int
    private let said = Mutex<[String]>([])

    init(port: Int) { self.port = port }

    var heard: [String] { said.withLock { $0 } }

    func begins(_ agent: AgentID) async { say("begins") }
    func neighbour(for agent: AgentID) async -> Neighbour? {
        Neighbour(agent: Self.agent, address: "127.0.0.1", port: port, token: Secret("let-me-in"))
    }
    func getsOn() async {}
    func handedOn(to agent: AgentID, failure: String?) async { say(failure == nil ? "fed" : "unfed") }
    func launched(_ agent: DeployedAgent, on host: any Deployment.Host) async { say("launched") }
    func gaveUp(_ agent: AgentID) async { say("gave up") }

    private func say(_ word: String) { said.withLock { $0.append(word) } }
}
