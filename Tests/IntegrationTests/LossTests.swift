import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("An agent that is killed in the load", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Loss {
        @Test("all_or_nothing: the run breaks at once, the others stop, partial results come home, the dead one's too; exit 1")
        func allOrNothing() async throws { try await onFleet(3, breakAtOnce) }

        @Test("majority: the run completes without it, the verdict is DEGRADED 2/3, exit 5")
        func majority() async throws { try await onFleet(3, completeWithout) }

        private func breakAtOnce(on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "60s"
            let (run, killedAt) = try await performKilling(2, on: fleet, playbook, in: folder, exit: 1)
            let lost = try run.moment(of: "agent_lost", agent: "h2")
            // Heartbeats alone would take 4 × 0.5 s and two questions of 1 s; a process that was seen gone is lost at once.
            #expect(lost - killedAt < .seconds(10))
            let stops = Set(run.all("stop_acknowledged").compactMap { $0.kind.agent?.text })
            #expect(stops == ["h1", "h3"])
            #expect(run.finished.errors.contains("PARTIAL execute: 2 of 3 agents"), "\(run.finished)")
            try expectStatusNames("h2", lostAt: lost, run)
            for host in 1...3 {
                #expect(try run.rows("agents/h\(host)/02_prepare_results.tsv")["PUT"]?.count == 50)
                #expect(run.record.agent(try agentID("h\(host)"))?.collected?.complete == true)
            }
            #expect(run.record.agent(try agentID("h2"))?.collected?.via == .ssh)
            run.expectSeenGone(["h1", "h2", "h3"])
            try await fleet.expectClean(1...3)
        }

        private func completeWithout(on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "6s"
            playbook.barriers = ["execute: {type: majority}", "cleanup: {type: best_effort}"]
            let (run, _) = try await performKilling(3, on: fleet, playbook, in: folder, exit: 5)
            #expect(run.finished.errors.contains("DEGRADED 2/3"), "\(run.finished)")
            #expect(try run.status().hasPrefix("TEST STATUS: DEGRADED\n"))
            try expectStatusNames("h3", lostAt: try run.moment(of: "agent_lost", agent: "h3"), run)
            #expect(run.arrivals(at: TestPlaybook.load) == ["h1", "h2"])
            try await fleet.expectClean(1...3)
        }

        /// Performs a playbook and kills the agent's process on one host once the load runs; when that was, on the run's clock.
        private func performKilling(
            _ host: Int, on fleet: Fleet, _ playbook: TestPlaybook, in folder: URL, exit code: Int32
        ) async throws -> (EndedRun, Duration) {
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: fleet.count)
            let agents = try await fleet.agentProcesses(on: host)
            try #require(agents.count == 1)
            let killedAt = try #require(started.events.last).elapsed
            _ = try await fleet.execute(host, "kill -9 \(agents[0])")
            return (try await started.end(code), killedAt)
        }

        private func expectStatusNames(_ agent: String, lostAt moment: Duration, _ run: EndedRun) throws {
            let status = try run.status()
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(agent): lost (") }, "\(status)")
            #expect(line.contains(" at \(fixed(moment.inSeconds, decimals: 1)) s, "), "\(line)")
        }
    }
}
