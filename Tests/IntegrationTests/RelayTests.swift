import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Hosts that hand the agent on", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Relay {
        private static let count = 6
        private static let apart = 5

        @Test("Two of six are sent the agent from here, the others by each other, and who is not reached there from here again")
        func handedOn() async throws { try await onFleet(Self.count, run) }

        private func run(_ fleet: Fleet, _ folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "1s"
            playbook.distributed.append("deployment: {relay: auto}")
            try await isolate(Self.apart, in: fleet)
            let (run, sent) = try await measured(playbook, fleet, folder)
            try expectTree(run, sent)

            for host in 1...Self.count {
                if host != Self.apart { try await isolate(host, in: fleet) }
                _ = try await fleet.execute(host, "rm -rf /home/deploy/.cache/muster")
            }
            let (apart, sentToAll) = try await measured(playbook, fleet, folder)
            #expect(deployments(apart).allSatisfy { $0.value.fedBy == nil && $0.value.sentBytes > 1_000_000 })
            #expect(sentToAll * 3 > 4 * sent, "\(sent) bytes, and then \(sentToAll)")
        }

        /// Ends a run well; says how many bytes this machine has sent to the fleet meanwhile, by its network's own counter.
        private func measured(_ playbook: TestPlaybook, _ fleet: Fleet, _ folder: URL) async throws -> (EndedRun, Int64) {
            let before = try bytesSent(fleet)
            let run = try await StartedRun.start(playbook, in: folder).end(0)
            let sent = try bytesSent(fleet) - before
            #expect(run.arrivals(at: TestPlaybook.load).count == Self.count)
            run.expectSeenGone((1...Self.count).map { "h\($0)" })
            try await fleet.expectClean(1...Self.count)
            return (run, sent)
        }

        private func expectTree(_ run: EndedRun, _ sent: Int64) throws {
            let deployed = deployments(run)
            let fed = deployed.compactMapValues { $0.fedBy?.text }
            #expect(fed["h\(Self.apart)"] == nil && !fed.values.contains("h\(Self.apart)"), "\(fed)")
            // Two to begin with, the one apart, and, if that was one of the two, the one that asked it.
            #expect(fed.count >= Self.count - 4, "\(fed)\n\(run.finished)")
            let size = try #require(deployed.values.map(\.sentBytes).max())
            #expect(sent < Int64(Self.count - fed.count) * size * 11 / 10 + 1_000_000, "\(sent) bytes, an agent is \(size)")
            #expect(deployed.filter { fed[$0.key] != nil }.values.allSatisfy { !$0.cached && $0.sentBytes < 10_000 })
            #expect(run.finished.errors.contains("\(fed.count) of \(Self.count) agents were handed on by other hosts"), "\(run.finished)")
        }

        private func deployments(_ run: EndedRun) -> [String: Deployed] {
            run.events.reduce(into: [:]) { found, event in
                if case .agentDeployed(let agent, let deployed) = event.kind { found[agent.text] = deployed }
            }
        }

        /// Nothing passes between the host and other hosts; between it and this machine everything does.
        private func isolate(_ host: Int, in fleet: Fleet) async throws {
            let net = fleet.address(host).split(separator: ".").prefix(2).joined(separator: ".") + ".0.0/17"
            let deed = """
                nft 'add table inet apart; add chain inet apart in { type filter hook input priority 0; }; \
                add rule inet apart in ip saddr != \(fleet.address(host)) ip saddr \(net) drop' || ip route add blackhole \(net)
                """
            let (status, output) = try await fleet.execute(host, deed)
            try #require(status == 0, "\(output)")
        }

        private func bytesSent(_ fleet: Fleet) throws -> Int64 {
            let text = try String(contentsOfFile: "/sys/class/net/\(fleet.name)-ctl/statistics/tx_bytes", encoding: .utf8)
            return try #require(Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
    }
}
