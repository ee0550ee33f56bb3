import Foundation
import Glibc
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("A running run, from another terminal", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Control {
        @Test("In the load: ps, status and logs show it; stop ends it with proof within 5 s, and the results come home")
        func load() async throws { try await onFleet(3, stopInTheLoad) }

        @Test(
            "Stopped while it prepares, while it makes objects, and while it collects: every process is seen gone within 5 s, exit 130",
            arguments: ["host_reached", "prepare", "collect_ordered"])
        func anyState(state: String) async throws { try await onFleet(3) { try await stop(in: state, on: $0, in: $1) } }

        @Test("--now leaves what is not home where it is")
        func now() async throws { try await onFleet(2, stopNow) }

        @Test("With one host frozen and one cut off it ends within its bounds, and says who was ended how and who was not seen to be gone")
        func troubled() async throws { try await onFleet(3, stopTroubled) }

        private func stopInTheLoad(_ fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "120s"
            playbook.stages.insert(
                "{name: talk, order: 0, type: custom, command: /bin/sh, args: [\"-c\", \"for i in 1 2 3; do echo word $i; done\"]}", at: 0)
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 3)
            let id = try #require(started.record.run?.text)
            let listed = try await started.muster("status", "--json")
            let shown = try JSONDecoder().decode(RunRecord.self, from: Data(listed.output.utf8))
            #expect(shown.phase == .running && shown.agents.allSatisfy { $0.wanted == .working && $0.state == .working })
            let ps = try await MusterRun.start(["ps"], environment: ["HOME": folder.path], in: folder).wait()
            #expect(ps.output.hasPrefix("\(id)  running (execute)"), "\(ps)")
            let logs = try await started.muster("logs", "--agent", "h2")
            #expect(
                logs.output.split(separator: "\n").filter { $0.contains("word") }.map { $0.suffix(6) } == ["word 1", "word 2", "word 3"])
            let other = try await started.muster("attach")
            #expect(other.status != 0 && other.errors.contains("process \(started.execution.processID) has it"), "\(other)")
            let stopped = try await started.muster("stop")
            #expect(stopped.status == 0, "\(stopped)")
            let run = try await started.end(130)
            #expect(try run.timeToStop() < .seconds(5))
            #expect(run.record.stopWhy == "muster stop")
            #expect(Set(run.all("stop_acknowledged").compactMap { $0.kind.agent?.text }) == ["h1", "h2", "h3"])
            #expect(run.record.agents.allSatisfy { $0.collected?.complete == true })
            #expect(!run.has("control"))
            try await fleet.expectClean(1...3)
        }

        private func stop(in state: String, on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.objects = state == "prepare" ? 100_000 : 50
            playbook.duration = "1s"
            if state == "collect_ordered" {
                playbook.stages.append(
                    "{name: bulk, order: 5, type: custom, command: /bin/sh, args: [\"-c\", \"truncate -s 5G $MUSTER_RESULTS/bulk\"]}")
            }
            let started = try StartedRun.start(playbook, in: folder)
            if state == "prepare" { try await started.waitFor("stage_began", count: 3, stage: 2) } else { try await started.waitFor(state) }
            let stopped = try await started.muster("stop", "--now")
            #expect(stopped.status == 0, "\(stopped)")
            let run = try await started.end(130)
            if state != "host_reached" { #expect(try run.timeToStop() < .seconds(5)) }
            run.expectSeenGone(["h1", "h2", "h3"])
            try await eventually("nothing runs") { try await fleet.processes(on: 1) == [] }
            try await fleet.expectClean(1...3, butResults: true)
        }

        private func stopNow(_ fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "120s"
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            let stopped = try await started.muster("stop", "--now")
            #expect(stopped.status == 0, "\(stopped)")
            let run = try await started.end(130)
            run.expectSeenGone(["h1", "h2"])
            #expect(run.record.agents.allSatisfy { $0.collected?.complete == false })
            try await fleet.expectClean(1...2, butResults: true)
        }

        /// h1 is well, h2 frozen, h3 cut off.
        private func stopTroubled(_ fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "120s"
            playbook.lease = "60s"
            playbook.missedThreshold = 100
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 3)
            try await fleet.pause(2)
            try await fleet.cut(3)
            let stopped = try await started.muster("stop", within: .seconds(150))
            #expect(stopped.status == 1, "\(stopped)")
            let run = try await started.end(130)
            #expect(run.record.agent(try agentID("h1"))?.presence == .gone)
            for host in ["h2", "h3"] {
                let agent = try #require(run.record.agent(try agentID(host)))
                #expect(agent.presence == .notProvenGone && agent.collected?.complete == false, "\(agent)")
                let status = try run.status()
                #expect(status.contains("\(host) was not seen to be gone"), "\(status)")
            }
            let text = try run.status()
            let processes = text.split(separator: "\n")
            #expect(processes.contains { $0.hasPrefix("seen gone, ") && $0.hasSuffix(": h1") }, "\(text)")
            #expect(processes.count { $0.hasPrefix("not seen to be gone: h") } == 2, "\(text)")
            let first = try #require(run.all("agent_not_proven_gone").first).elapsed
            #expect(first - (try run.moment(of: "interrupted")) < .seconds(8))
            try await fleet.resume(2)
            try await fleet.heal(3)
        }
    }
}

extension StartedRun {
    var record: RunRecord { RunRecord(events: events) }
}
