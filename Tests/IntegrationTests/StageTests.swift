import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Stages")
    struct Stages {
        @Test("A custom stage's output is in the agent's log, and what it makes comes home")
        func custom() async throws { try await withTemporaryFolder { try await performCustom(in: $0) } }

        @Test("A custom stage that fails fails the run: exit 1")
        func failing() async throws { try await withTemporaryFolder { try await performFailing(in: $0) } }

        @Test("Where it is optional the run goes on and ends with 0, and the failure is named")
        func optional() async throws { try await withTemporaryFolder { try await performOptional(in: $0) } }

        @Test("A stage that is not done in its own time is ended, with what it started")
        func timeout() async throws { try await withTemporaryFolder { try await performEndless(in: $0) } }

        @Test("A load's preparation that is not done in its own time is ended and told; cleanup follows, and no other stage")
        func slowPreparation() async throws { try await withTemporaryFolder { try await performSlowly(in: $0) } }

        @Test("A validation that fails ends the run with 1: each agent says why, and no later stage begins")
        func invalid() async throws { try await withTemporaryFolder { try await performSpoiled(in: $0) } }

        @Test(
            "An agent that cannot do its part says every reason, and nothing begins: exit 4",
            .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
        func notReady() async throws { try await onFleet(2, performUnwritable) }

        private func performCustom(in folder: URL) async throws {
            let playbook = playbook(in: folder, "echo this is said; mkdir $MUSTER_RESULTS/sub; echo made > $MUSTER_RESULTS/sub/made.txt")
            let run = try await StartedRun.start(playbook, in: folder).end(0)
            for agent in ["l1", "l2"] {
                #expect(try run.text("agents/\(agent)/sub/made.txt") == "made\n")
                let log = try run.text("agents/\(agent)/agent.log")
                #expect(log.contains("this is said"), "\(log)")
            }
            try expectNothingLeft(of: folder)
        }

        private func performFailing(in folder: URL) async throws {
            let run = try await StartedRun.start(playbook(in: folder, "echo on its way; echo no luck >&2; exit 7"), in: folder).end(1)
            let status = try run.status()
            #expect(status.hasPrefix("TEST STATUS: FAILURE\n"))
            #expect(status.contains("7"), "\(status)")
            #expect(try run.text("agents/l1/agent.log").contains("no luck"))
            run.expectSeenGone(["l1", "l2"])
            try expectNothingLeft(of: folder)
        }

        private func performOptional(in folder: URL) async throws {
            let run = try await StartedRun.start(playbook(in: folder, "exit 7", more: ", optional: true"), in: folder).end(0)
            let status = try run.status()
            #expect(status.hasPrefix("TEST STATUS: SUCCESS\n"))
            #expect(status.contains("stage command: l1 failed"), "\(status)")
            #expect(run.finished.errors.contains("l1 command failed"), "\(run.finished)")
            #expect(run.arrivals(at: 2) == ["l1", "l2"])
        }

        private func performEndless(in folder: URL) async throws {
            let playbook = playbook(in: folder, "sleep 300 & sleep 300", more: ", timeout_secs: 2")
            let run = try await StartedRun.start(playbook, in: folder).end(1, within: .seconds(60))
            let status = try run.status()
            #expect(status.contains("l1: failed ("), "\(status)")
            #expect(status.contains("2"), "\(status)")
            try expectNothingLeft(of: folder)
        }

        private func performSlowly(in folder: URL) async throws {
            var playbook = TestPlaybook(local: 2, in: folder.path)
            playbook.objects = 5000
            playbook.stages[1] = "{name: prepare, order: 2, type: prepare, timeout_secs: 1}"
            let run = try await StartedRun.start(playbook, in: folder).end(1, within: .seconds(60))
            let prepare = try #require(run.record.stages.first { $0.order == StageOrder(2) })
            #expect(prepare.arrivals.map(\.arrival.outcome) == [.failed, .failed], "\(run.finished)")
            #expect(prepare.operations > 0)
            for agent in ["l1", "l2"] {
                #expect(run.finished.errors.contains("\(agent) prepare failed: it timed out after 1.0 seconds"), "\(run.finished)")
                #expect(try run.status().contains("\(agent): failed ("))
            }
            #expect(!run.finished.errors.contains("10000/10000 objects"), "\(run.finished)")
            #expect(Set(run.all("stage_began").compactMap { $0.kind.stage?.number }) == [1, 2, 4])
            run.expectSeenGone(["l1", "l2"])
            try expectNothingLeft(of: folder)
        }

        private func performSpoiled(in folder: URL) async throws {
            let data = "\(folder.path)/data"
            var playbook = playbook(in: folder, "rm -rf \(data); echo in the way > \(data)")
            playbook.stages.insert("{name: preflight, order: 2, type: validation}", at: 1)
            playbook.stages[2] = "{name: after, order: 3, type: custom, command: /bin/true}"
            playbook.stages.append("{name: execute, order: 4, type: execute}")
            let run = try await StartedRun.start(playbook, in: folder).end(1)
            let status = try run.status()
            #expect(status.hasPrefix("TEST STATUS: FAILURE\n"))
            for agent in ["l1", "l2"] {
                #expect(status.contains("stage preflight: \(agent) failed: "), "\(status)")
                #expect(run.finished.errors.contains("\(agent) preflight failed: "), "\(run.finished)")
            }
            #expect(Set(run.all("stage_began").compactMap { $0.kind.stage?.number }) == [1, 2])
            run.expectSeenGone(["l1", "l2"])
            try expectNothingLeft(of: folder)
        }

        private func performUnwritable(on fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.target = "file:///usr/muster-it/"
            playbook.stages.append("{name: command, order: 5, type: custom, command: /no/such/program}")
            let run = try await StartedRun.start(playbook, in: folder).end(4)
            let status = try run.status()
            for host in 1...2 {
                let agent = try #require(run.record.agent(try agentID("h\(host)")))
                #expect(agent.state == .notReady)
                #expect(agent.problems.count >= 2, "\(agent.problems)")
                for word in ["cannot write file:///usr/", "/no/such/program"] {
                    #expect(agent.problems.contains { $0.contains(word) }, "\(agent.problems)")
                    #expect(run.finished.errors.contains(word), "\(run.finished)")
                    #expect(status.contains(word), "\(status)")
                }
            }
            #expect(run.all("stage_began").isEmpty)
            try await fleet.expectClean(1...2)
        }

        /// A command on two local agents, then a stage that nothing stands in the way of.
        private func playbook(in folder: URL, _ command: String, more: String = "") -> TestPlaybook {
            var playbook = TestPlaybook(local: 2, in: folder.path)
            playbook.stages = [
                "{name: command, order: 1, type: custom, command: /bin/sh, args: [\"-c\", \"\(command)\"]\(more)}",
                "{name: after, order: 2, type: custom, command: /bin/true}",
            ]
            return playbook
        }
    }
}
