import Foundation
import Glibc
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("A controller that goes, and another one that takes its run up")
    struct Attach {
        @Test(
            "Killed at each stage: the run is finished by the next one, nothing is lost and nothing counted twice",
            arguments: ["agent_deployed", "preflight", "prepare", "execute", "barrier", "cleanup", "collect_ordered"])
        func eachStage(stage: String) async throws { try await withTemporaryFolder { try await kill(at: stage, in: $0) } }

        @Test(
            "On hosts, twice in one load: agents work on, what they had to say comes, logs have no gap",
            .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
        func fleet() async throws { try await onFleet(2, killTwice) }

        @Test(
            "A laptop that sleeps for 20 s: the run goes on as if nothing had happened",
            .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
        func asleep() async throws { try await onFleet(2, sleep) }

        @Test("Where the controller is gone, muster stop ends the run itself")
        func stop() async throws { try await withTemporaryFolder { try await stopWithoutController(in: $0) } }

        @Test("The same command again takes up the run that has lost its controller, and --new begins another one")
        func sameCommand() async throws { try await withTemporaryFolder { try await runAgain(in: $0) } }

        private func runAgain(in folder: URL) async throws {
            var playbook = TestPlaybook(local: 2, in: folder.path)
            playbook.lease = "60s"
            playbook.slowdown = 4
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            started.execution.kill()
            try await started.execution.wait()
            let run = try await StartedRun.start(playbook, in: folder, results: started.parent).end(0)
            #expect(run.finished.errors.contains("taking up "), "\(run.finished)")
            #expect(run.record.controller?.number == 2)
            try run.expectNothingTwice(["l1", "l2"])
            let shown = try await started.muster("show", "--check")
            #expect(shown.status == 0, "\(shown)")
            let other = try StartedRun.start(playbook, in: folder, options: ["--new"])
            try await other.waitFor("controller_began")
            #expect(other.record.controller?.number == 1)
            #expect(try await other.muster("stop", "--now").status == 0)
            _ = try await other.end(130)
            try expectNothingLeft(of: folder)
        }

        @Test(
            "Deployed only, they wait: attach goes the whole way with them, withdraw takes them off, and once more finds nothing",
            arguments: [true, false])
        func deployOnly(attaching: Bool) async throws { try await withTemporaryFolder { try await deploy(attaching, in: $0) } }

        private func deploy(_ attaching: Bool, in folder: URL) async throws {
            var playbook = TestPlaybook(local: 2, in: folder.path)
            playbook.duration = "1s"
            playbook.lease = "60s"
            let started = try StartedRun.start(playbook, in: folder, options: ["--deploy-only"])
            let deployed = try await started.execution.wait(within: .seconds(120))
            #expect(deployed.status == 0 && deployed.errors.contains("muster attach"), "\(deployed)")
            #expect(started.events.count { $0.kind.name == "agent_ready" } == 2)
            #expect(!started.events.contains { $0.kind.name == "stage_ordered" || $0.kind.name == "agent_seen_gone" })
            let ended = try await started.muster(attaching ? "attach" : "withdraw")
            #expect(ended.status == 0, "\(ended)")
            let run = EndedRun(finished: ended, folder: try #require(started.results), events: started.events)
            run.expectSeenGone(["l1", "l2"])
            if attaching { try run.expectCountsAddUp(["l1", "l2"]) } else { #expect(run.record.phase == .cancelled) }
            try expectNothingLeft(of: folder)
            let again = try await started.muster("withdraw")
            #expect(again.status == 0 && again.output.contains("local: nothing of this run"), "\(again)")
        }

        private func kill(at stage: String, in folder: URL) async throws {
            var playbook = TestPlaybook(local: 2, in: folder.path)
            playbook.duration = "3s"
            playbook.lease = "60s"
            playbook.slowdown = 4
            let started = try StartedRun.start(playbook, in: folder)
            switch stage {
            case "barrier": try await started.waitFor("barrier_opened", count: 3)
            case "agent_deployed", "collect_ordered": try await started.waitFor(stage)
            default:
                let order = ["preflight": 1, "prepare": 2, "execute": 3, "cleanup": 4][stage]
                try await started.waitFor("stage_ordered", stage: order)
            }
            let run = try await started.killAndAttach().end(0)
            try run.expectNothingTwice(["l1", "l2"])
            #expect(run.all("controller_began").count == 2)
            #expect(run.record.agents.allSatisfy { $0.collected?.complete == true })
            run.expectSeenGone(["l1", "l2"])
            try expectNothingLeft(of: folder)
        }

        private func killTwice(on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "12s"
            playbook.lease = "60s"
            let talk = "i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo word $i; sleep 0.1; done"
            playbook.stages.insert("{name: talk, order: 0, type: custom, command: /bin/sh, args: [\"-c\", \"\(talk)\"]}", at: 0)
            var started = try StartedRun.start(playbook, in: folder)
            try await started.waitFor("stage_began", count: 2, stage: 0)
            started = try await started.killAndAttach()
            try await started.waitForLoad(agents: 2)
            started = try await started.killAndAttach()
            let run = try await started.end(0)
            try run.expectNothingTwice(["h1", "h2"])
            #expect(run.record.controller?.number == 3)
            for host in 1...2 {
                var tail = LiveLog.Tail(folder: run.folder.agentPath(try agentID("h\(host)")))
                let lines = try tail.next()
                #expect(lines.map(\.number) == Array(1...UInt64(lines.count)))
                #expect(lines.filter { $0.text.hasPrefix("word ") }.map(\.text) == (1...60).map { "word \($0)" })
            }
            try await fleet.expectClean(1...2)
        }

        private func sleep(on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "30s"
            playbook.lease = "60s"
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            started.signal(SIGSTOP)
            let slept = ContinuousClock.now
            try await eventually("20 s of sleep", within: .seconds(60)) { ContinuousClock.now - slept > .seconds(20) }
            started.signal(SIGCONT)
            let run = try await started.end(0)
            try run.expectNothingTwice(["h1", "h2"])
            try await fleet.expectClean(1...2)
        }

        private func stopWithoutController(in folder: URL) async throws {
            var playbook = TestPlaybook(local: 2, in: folder.path)
            playbook.duration = "120s"
            playbook.lease = "60s"
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            started.execution.kill()
            try await started.execution.wait()
            let shown = try await started.muster("status")
            #expect(shown.output.contains("Controller: GONE"), "\(shown)")
            let stopped = try await started.muster("stop")
            #expect(stopped.status == 0, "\(stopped)")
            let run = EndedRun(finished: stopped, folder: try #require(started.results), events: started.events)
            #expect(run.record.phase == .cancelled)
            run.expectSeenGone(["l1", "l2"])
            try expectNothingLeft(of: folder)
        }
    }
}
