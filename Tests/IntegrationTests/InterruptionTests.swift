import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Ctrl-C", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Interruption {
        @Test("In the load it ends load and processes on every host within 5 s, seen; partial results then come home; exit 130")
        func once() async throws { try await onFleet(3, interruptOnce) }

        @Test("A second one ends the collection too: what is not home stays on its host, where nothing runs")
        func twice() async throws { try await onFleet(2, interruptTwice) }

        @Test("While agents are being launched it leaves none of them behind; exit 130")
        func launching() async throws { try await onFleet(2, interruptLaunch) }

        @Test("In a command that only looks it ends the command")
        func looking() async throws { try await withTemporaryFolder { try await interruptLook(in: $0) } }

        private func interruptLaunch(on fleet: Fleet, in folder: URL) async throws {
            // The second time the agents are cached, and start at once.
            for events in ["host_reached", "agent_deployed"] {
                let started = try StartedRun.start(TestPlaybook(on: fleet), in: folder)
                try await started.waitFor(events)
                started.execution.interrupt()
                let run = try await started.end(130, within: .seconds(30))
                run.expectSeenGone(["h1", "h2"])
                try await fleet.expectClean(1...2)
            }
        }

        private func interruptLook(in folder: URL) async throws {
            let silent = try CountingListener()
            let execution = try MusterRun.start(["hosts", "ps", "--hosts", "127.0.0.1:\(silent.port)"], in: folder)
            try await eventually("it has connected\n\(execution.errors)") { silent.connections == 1 }
            execution.interrupt()
            #expect(try await execution.wait(within: .seconds(30)).status == 130)
        }

        private func interruptOnce(on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "60s"
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 3)
            started.execution.interrupt()
            let run = try await started.end(130)
            run.expectSeenGone(["h1", "h2", "h3"])
            try expectOrder(run)
            try await fleet.expectClean(1...3)
            try expectPartial(run)
        }

        private func interruptTwice(on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "60s"
            // Far more than comes home while a person presses a key twice; a hole takes no room.
            let command = "truncate -s 20G $MUSTER_RESULTS/bulk"
            playbook.stages.insert("{name: bulk, order: 0, type: custom, command: /bin/sh, args: [\"-c\", \"\(command)\"]}", at: 0)
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            started.execution.interrupt()
            try await started.waitFor("agent_seen_gone", count: 2)
            started.execution.interrupt()
            let run = try await started.end(130, within: .seconds(20))
            #expect(run.record.interruptions == 2)
            #expect(run.all("collected").count == 2)
            let status = try run.status()
            for host in 1...2 {
                #expect(run.record.agent(try agentID("h\(host)"))?.collected?.complete == false)
                #expect(status.contains("h\(host)'s results are not all home"), "\(status)")
                // What was sending the results finds nobody who reads them any more, and ends.
                try await eventually("no process of ours on h\(host)") { try await fleet.processes(on: host).isEmpty }
                let left = try await fleet.runDirectories(on: host)
                #expect(left.contains { $0.hasSuffix("/results/bulk") }, "\(left)")
            }
            try await fleet.expectClean(1...2, butResults: true)
        }

        /// From the key to the last process seen gone in 5 s, and only then the results.
        private func expectOrder(_ run: EndedRun) throws {
            let pressed = try run.moment(of: "interrupted")
            let gone = try #require(run.all("agent_seen_gone").prefix(3).last).elapsed
            #expect(gone - pressed < .seconds(5))
            let home = run.all("collected")
            #expect(home.count == 3)
            #expect(home.allSatisfy { $0.elapsed > gone })
        }

        private func expectPartial(_ run: EndedRun) throws {
            let status = try run.status()
            #expect(status.hasPrefix("TEST STATUS: INTERRUPTED\n"))
            #expect(status.contains("PARTIAL"))
            // The last figures stay on the screen.
            #expect(run.finished.errors.contains("PARTIAL execute: 3 agents"), "\(run.finished)")
            let total = try #require(try run.rows("results.tsv")["GET"]?.count)
            let parts = try (1...3).map { try #require(try run.rows("agents/h\($0)/results.tsv")["GET"]?.count) }
            #expect(total == parts.reduce(0, +))
            #expect(total > 0)
        }
    }
}
