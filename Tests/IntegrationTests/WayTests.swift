import Carriers
import Foundation
import Link
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    /// Each way on which a link travels, with strangers at its door while the load runs.
    @Suite("Ways of a link, and strangers at its doors")
    struct Ways {
        private static let wrongKey = Secret("guessed-guessed-guessed")
        /// A stranger does not wait for a door that is gone.
        private static var strangerRules: LinkRules {
            var rules = LinkRules()
            rules.giveUpAfter = .seconds(20)
            return rules
        }

        @Test(
            "tunnel: no port is opened, and who comes to the agent's socket is refused and logged once",
            .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
        func tunnel() async throws { try await onFleet(2, tunnel) }

        @Test(
            "direct: agents dial back, and who comes to the controller's port is refused and logged once",
            .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
        func direct() async throws { try await onFleet(2, direct) }

        @Test("listen: agents that were started by hand are dialled, and who else comes to their port is refused and logged once")
        func listen() async throws { try await withTemporaryFolder { try await listen(in: $0) } }

        private func tunnel(on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "8s"
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            let run = try #require(RunRecord(events: started.events).run)
            // As the host sees it: /home/deploy/… A link keeps the socket's path short.
            let directory = "\(fleet.folder)/hosts/fs/1/home/deploy/.local/state/muster/runs/\(run)/h1"
            let short = folder.appendingPathComponent("h1").path
            try FileManager.default.createSymbolicLink(atPath: short, withDestinationPath: directory)
            for bytes in [Stranger.garbage, Stranger.longFrame, Stranger.wrongToken(run: run, agent: "h1")] {
                try await Stranger.visit(.unix(path: "\(short)/link.sock"), saying: bytes)
            }
            #expect(try await fleet.openPorts(on: 1) == [])
            let ended = try await started.end(0)
            try ended.expectCountsAddUp(["h1", "h2"])
            let refusals = refusals(try ended.text("agents/h1/process.log"))
            try #require(refusals.count == 3, "\(refusals)")
            #expect(refusals[0].contains("a frame of 1195725856 bytes"))
            #expect(refusals[1].contains("a frame of 4194305 bytes"))
            #expect(refusals[2].contains("wrong token"))
            let told = strangers(at: "h1", ended)
            #expect(told.count == 3 && told.last?.contains("wrong token") == true, "\(told)")
            #expect(!ended.has("agents/h2/process.log"))
            try await fleet.expectClean(1...2)
        }

        private func direct(on fleet: Fleet, in folder: URL) async throws {
            let port = try freePort()
            var playbook = TestPlaybook(on: fleet)
            // This machine's leg on the fleet's switch.
            let here = fleet.address(1).split(separator: ".").prefix(2).joined(separator: ".") + ".255.254"
            playbook.distributed += ["return_channel: direct", "advertise: \"\(here):\(port)\""]
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            let run = try #require(RunRecord(events: started.events).run)
            let stranger = AgentLink(try identity(run, "h1"), build: "stranger", rules: Self.strangerRules)
            try await expectRefused(port, "h1", stranger) { started.execution.errors }
            let ended = try await started.end(0)
            #expect(ended.record.agents.allSatisfy { $0.reconnects == 0 })
            try ended.expectCountsAddUp(["h1", "h2"])
            try await fleet.expectClean(1...2)
        }

        private func listen(in folder: URL) async throws {
            let secret = folder.appendingPathComponent("secret").path
            try "a secret that both sides know\n".write(toFile: secret, atomically: true, encoding: .utf8)
            let agents = try (1...2).map { number in
                try MusterRun.startAgent(
                    ["--listen", "127.0.0.1:0", "--secret-file", secret, "--directory", "\(folder.path)/agent-\(number)"], in: folder)
            }
            defer { for agent in agents { agent.kill() } }
            var ports: [Int] = []
            for agent in agents { ports.append(try await port(of: agent)) }
            var playbook = TestPlaybook(agents: ports.enumerated().map { "{id: l\($0 + 1), address: \"127.0.0.1:\($1)\"}" })
            playbook.target = "file://\(folder.path)/data/"
            playbook.distributed = ["secret_file: \(secret)"]
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            let run = try #require(RunRecord(events: started.events).run)
            let stranger = ControllerLink(try identity(run, "l1"), build: "stranger", rules: Self.strangerRules)
            try await expectRefused(ports[0], "l1", stranger) { agents[0].errors }
            let ended = try await started.end(0)
            try ended.expectCountsAddUp(["l1", "l2"])
            #expect(strangers(at: "l1", ended).count >= 3, "\(ended.finished)")
            for agent in agents {
                try await eventually("it waits for the next run") { agent.output.contains("is over for") }
                agent.terminate()
                #expect(try await agent.wait().status == 0)
            }
            for number in 1...2 { #expect(FileManager.default.subpaths(atPath: "\(folder.path)/agent-\(number)") ?? [] == []) }
        }

        /// Sends garbage, a frame that is too long and a wrong key to a door with keys, and expects that each is told in `log`.
        private func expectRefused<Sent, Received>(
            _ port: Int, _ agent: String, _ stranger: LinkEnd<Sent, Received>, log: () -> String
        ) async throws {
            for (number, bytes) in [Stranger.garbage, Stranger.longFrame].enumerated() {
                try await Stranger.visit(.tcp(port: port), saying: bytes)
                try await eventually("stranger \(number) is told of") { refusals(log()).count == number + 1 }
            }
            let dialer = try TCPDialer(host: "127.0.0.1", port: port, security: .key(Self.wrongKey, identity: agent))
            await #expect(throws: LinkError.self) { try await stranger.run(dialling: dialer) }
            // Put out before it heard why, it may have come again: then that is told again.
            try await eventually("the wrong key is told of") { refusals(log()).count >= 3 }
            let all = refusals(log())
            #expect(all.allSatisfy { $0.contains("the two ends have different keys") }, "\(all)")
        }

        /// What the event log says of connections that an agent turned away at its own door.
        private func strangers(at agent: String, _ run: EndedRun) -> [String] {
            run.events.compactMap { event in
                guard case .noted(let text, let about, _) = event.kind, about?.text == agent, text.contains(" was refused: ") else {
                    return nil
                }
                return text
            }
        }

        private func refusals(_ log: String) -> [String] {
            log.split(separator: "\n").map(String.init).filter { $0.contains("a connection from ") && $0.contains(" was refused: ") }
        }

        private func identity(_ run: RunID, _ agent: String) throws -> LinkIdentity {
            LinkIdentity(run: run, agent: try agentID(agent), token: Self.wrongKey)
        }

        /// The port that an agent says it listens on.
        private func port(of agent: Execution) async throws -> Int {
            try await eventually("the agent listens\n\(agent.errors)") { agent.output.contains("\n") }
            let line = agent.output.prefix { $0 != "\n" }
            return try #require(line.lastIndex(of: ":").flatMap { Int(line[line.index(after: $0)...]) }, "\(line)")
        }
    }
}
