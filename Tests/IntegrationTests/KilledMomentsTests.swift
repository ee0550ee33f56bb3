import Foundation
import Glibc
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("A controller killed at any moment", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct KilledMoments {
        /// `scripts/soak` asks for more.
        private static let moments = ProcessInfo.processInfo.environment["MUSTER_KILLED_MOMENTS"].flatMap { Int($0) } ?? 4

        @Test("Of deploy and withdraw: nothing lives after the lease, clean leaves nothing, and another run on the same hosts goes its way")
        func killed() async throws { try await onFleet(2, run) }

        private func run(_ fleet: Fleet, _ folder: URL) async throws {
            var other = TestPlaybook(on: fleet)
            other.duration = "30m"
            other.target = "file:///tmp/muster-other/"
            let bystander = try StartedRun.start(other, in: folder)
            try await bystander.waitForLoad(agents: 2)
            for moment in 0..<Self.moments {
                let run = try await kill(moment, fleet, folder)
                try await expectGone(run, fleet, folder)
            }
            #expect(bystander.events.allSatisfy { $0.kind.name != "link_down" && $0.kind.name != "agent_gone" })
            bystander.execution.interrupt()
            let ended = try await bystander.end(130)
            ended.expectSeenGone(["h1", "h2"])
            try await fleet.expectClean(1...2)
        }

        /// Every second one while it deploys, the others while it withdraws; returns the run's id, nil where it had none yet.
        private func kill(_ moment: Int, _ fleet: Fleet, _ folder: URL) async throws -> String? {
            var playbook = TestPlaybook(on: fleet)
            playbook.lease = "2s"
            playbook.stages = ["{name: say, type: custom, command: /bin/echo, args: [hello]}"]
            let run = try StartedRun.start(playbook, in: folder)
            let isEnding = moment % 2 == 1
            if isEnding { try await run.waitFor("collect_ordered") } else { try await run.waitFor("controller_began") }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...(isEnding ? 250 : 900))))
            run.execution.kill()
            try await run.execution.wait()
            for case .runBegan(let beginning) in run.events.map(\.kind) { return beginning.run.text }
            return nil
        }

        private func expectGone(_ run: String?, _ fleet: Fleet, _ folder: URL) async throws {
            guard let run else { return }
            let hosts = (1...2).map { "\(fleet.user)@\(fleet.address($0))" }.joined(separator: ",")
            let options = ["--hosts", hosts, "--key", fleet.keyPath, "--known-hosts", fleet.knownHostsPath]
            var last = ""
            try await eventually("nothing of \(run) to live", within: .seconds(60)) {
                let listed = try await muster(["hosts", "ps"] + options, folder)
                last = listed.output
                return listed.status == 0 && Self.lines(last, run).allSatisfy { !$0.contains(" alive") }
            }
            let cleaned = try await muster(["hosts", "clean"] + options, folder)
            #expect(cleaned.status == 0, "\(cleaned)")
            let left = try await muster(["hosts", "ps"] + options, folder)
            #expect(Self.lines(left.output, run).isEmpty, "\(left)")
            // The other one's.
            #expect(left.output.split(separator: "\n").count { $0.contains(" alive") } == 2, "\(left)")
        }

        private static func lines(_ text: String, _ run: String) -> [Substring] { text.split(separator: "\n").filter { $0.contains(run) } }

        private func muster(_ arguments: [String], _ folder: URL) async throws -> Finished {
            try await MusterRun.start(arguments, environment: ["HOME": folder.path], in: folder).wait()
        }
    }
}
