import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("A controller that is killed in the load", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Lease {
        @Test("Within the lease every agent has ended and gone; its results wait; hosts ps shows them and hosts clean removes them")
        func killed() async throws { try await onFleet(2, killController) }

        private func killController(of fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "120s"
            playbook.lease = "5s"
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            started.execution.kill()
            let killedAt = ContinuousClock.now
            try await started.execution.wait()
            for host in 1...2 {
                try await eventually("no process of ours on h\(host)") { try await fleet.processes(on: host).isEmpty }
            }
            // The lease of 5 s, what an agent needs to end its load and save, and a busy machine.
            #expect(ContinuousClock.now - killedAt < .seconds(5 + 5))
            try await fleet.expectClean(1...2, butResults: true)
            for host in 1...2 {
                let left = try await fleet.runDirectories(on: host)
                for file in ["intervals.bin", "stages.bin", "agent.log", "results.tsv"] {
                    #expect(left.contains { $0.hasSuffix("/results/\(file)") }, "\(file) in \(left)")
                }
            }
            try await expectShownAndCleaned(fleet, in: folder)
        }

        private func expectShownAndCleaned(_ fleet: Fleet, in folder: URL) async throws {
            let hosts = (1...2).map { "\(fleet.user)@\(fleet.address($0))" }.joined(separator: ",")
            let login = ["--hosts", hosts, "--key", fleet.keyPath, "--known-hosts", fleet.knownHostsPath]
            func muster(_ verb: String) async throws -> Finished { try await MusterRun.start(["hosts", verb] + login, in: folder).wait() }
            let shown = try await muster("ps")
            #expect(shown.status == 0, "\(shown)")
            for host in 1...2 {
                #expect(shown.output.contains(try Regex("\(fleet.address(host)): .* h\(host) dead")), "\(shown)")
            }
            let cleaned = try await muster("clean")
            #expect(cleaned.status == 0, "\(cleaned)")
            #expect(cleaned.output.split(separator: "\n").count { $0.contains(": removed ") } == 2, "\(cleaned)")
            try await fleet.expectClean(1...2)
            #expect(try await muster("ps").output.split(separator: "\n").count { $0.hasSuffix(": nothing of ours") } == 2)
        }
    }
}
