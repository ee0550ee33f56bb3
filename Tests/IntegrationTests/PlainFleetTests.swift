import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Hosts that have nothing but sshd and a user", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct PlainFleet {
        @Test("A run ends with 0, everything is home and adds up, nothing is left on a host, and the second run pushes nothing")
        func wholeWay() async throws { try await onFleet(3, runTwice) }

        private func runTwice(on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.slowdown = 1
            playbook.duration = "2s"
            let run = try await StartedRun.start(playbook, in: folder).end(0)
            try expectAllAtHome(run)
            run.expectSeenGone(["h1", "h2", "h3"])
            try await fleet.expectClean(1...3)
            #expect(try pushed(run).allSatisfy { !$0.cached && $0.sent > 1_000_000 })
            #expect(try run.status().hasPrefix("TEST STATUS: SUCCESS\n"))

            let again = try await StartedRun.start(playbook, in: folder).end(0)
            #expect(try pushed(again).allSatisfy { $0.cached && $0.sent < 10_000 })
            try await fleet.expectClean(1...3)
        }

        private func expectAllAtHome(_ run: EndedRun) throws {
            try run.expectCountsAddUp(["h1", "h2", "h3"], in: ["results.tsv", "03_execute_results.tsv", "02_prepare_results.tsv"])
            #expect(try Set(run.rows("results.tsv").keys) == ["GET", "PUT", "META", "LIST", "STAT"])
            #expect(try run.rows("prepare_results.tsv")["PUT"]?.count == 150)
            for host in 1...3 { #expect(try !run.text("agents/h\(host)/agent.log").isEmpty) }
        }

        /// What was sent to each of the three hosts.
        private func pushed(_ run: EndedRun) throws -> [(cached: Bool, sent: Int64)] {
            let found = run.events.compactMap { event -> (cached: Bool, sent: Int64)? in
                if case .agentDeployed(_, let deployed) = event.kind { (deployed.cached, deployed.sentBytes) } else { nil }
            }
            try #require(found.count == 3)
            return found
        }
    }
}
