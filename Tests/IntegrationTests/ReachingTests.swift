import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Hosts that cannot be reached", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Reaching {
        /// What each of them is told of, in the order of the playbook.
        private static let troubles = [
            "silent": "waited 5 s for", "refuses": "it refuses connections on that port", "unknown": "no-such-host.invalid",
            "wrong-key": "cannot trust", "wrong-user": "id_ed25519: rejected",
        ]
        private static let good = (1...8).map { "h\($0)" }

        @Test("Among 8 good ones: five clear errors, exit 4, nothing left on any; with --skip-unreachable 8 go on, degraded, exit 5")
        func fiveTroubles() async throws { try await onFleet(10, meetTroubles) }

        private func meetTroubles(_ fleet: Fleet, _ folder: URL) async throws {
            let silent = try CountingListener()
            let playbook = try playbook(fleet, silent: silent.port, knownHosts: knownHosts(fleet, in: folder))
            let run = try await StartedRun.start(playbook, in: folder).end(4)
            try expectTroubles(run)
            #expect(silent.connections == 1)
            #expect(run.all("stage_began").isEmpty)
            try await fleet.expectClean(1...10)

            let skipping = try await StartedRun.start(playbook, in: folder, options: ["--skip-unreachable"]).end(5)
            try expectTroubles(skipping)
            #expect(skipping.finished.errors.contains("DEGRADED 8/13"), "\(skipping.finished)")
            #expect(skipping.arrivals(at: TestPlaybook.load) == Self.good)
            skipping.expectSeenGone(Self.good)
            try await fleet.expectClean(1...10)
        }

        /// Hosts 1 to 8 are good; 9 shows another key than is known, 10 has no user `ghost`.
        private func playbook(_ fleet: Fleet, silent: Int, knownHosts: String) throws -> TestPlaybook {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "1s"
            playbook.distributed = [TestPlaybook.ssh(fleet, knownHosts: knownHosts, timeout: "5s"), "min_agents: 2"]
            playbook.agents.removeLast(2)
            playbook.agents += [
                "{id: silent, address: \"127.0.0.1:\(silent)\"}", "{id: refuses, address: \"127.0.0.1:\(try freePort())\"}",
                "{id: unknown, address: no-such-host.invalid}", "{id: wrong-key, address: \"\(fleet.address(9))\"}",
                "{id: wrong-user, address: \"ghost@\(fleet.address(10))\"}",
            ]
            return playbook
        }

        /// The fleet's file with host 1's keys for host 9; a line is `address,name type key`.
        private func knownHosts(_ fleet: Fleet, in folder: URL) throws -> String {
            let lines = try String(contentsOfFile: fleet.knownHostsPath, encoding: .utf8).split(separator: "\n").map(String.init)
            let (first, ninth) = ("\(fleet.address(1)),h1 ", "\(fleet.address(9)),h9 ")
            let kept = lines.filter { !$0.hasPrefix(ninth) }
            let swapped = lines.filter { $0.hasPrefix(first) }.map { ninth + $0.dropFirst(first.count) }
            try #require(kept.count < lines.count && !swapped.isEmpty, "\(lines)")
            let path = folder.appendingPathComponent("known_hosts").path
            try (kept + swapped).joined(separator: "\n").appending("\n").write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        /// Five errors, no two alike, each in time and with something to try, on the screen and in STATUS.txt.
        private func expectTroubles(_ run: EndedRun) throws {
            var texts: Set<String> = []
            for event in run.events {
                guard case .agentUnreachable(let agent, let why, _) = event.kind else { continue }
                let trouble = try #require(Self.troubles[agent.text], "\(agent) is unreachable: \(why)")
                #expect(why.contains(trouble), "\(agent): \(why)")
                #expect(why.contains("\n  fix: "), "\(agent): \(why)")
                // The connect time-out of 5 s, and a busy machine.
                #expect(event.elapsed < .seconds(5 + 3), "\(agent): \(why)")
                texts.insert(why)
            }
            #expect(texts.count == 5, "\(run.finished)")
            let status = try run.status()
            for (agent, trouble) in Self.troubles {
                #expect(run.finished.errors.contains(trouble), "\(run.finished)")
                #expect(status.contains("\(agent): unreachable ("), "\(status)")
            }
        }
    }
}
