import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Pushing", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Pushing {
        /// More than the agent itself.
        private static let size = 200 << 20

        @Test("A connection that breaks while a large file is pushed: the run goes on where it stopped, and nothing of it is left")
        func broken() async throws { try await onFleet(1, breakOff) }

        private func breakOff(_ fleet: Fleet, _ folder: URL) async throws {
            let file = folder.appendingPathComponent("large")
            let made = try await Execution.run(
                "/bin/sh", ["-c", "head -c \(Self.size) /dev/urandom > '\(file.path)'; sha256sum < '\(file.path)'"])
            var playbook = TestPlaybook(on: fleet)
            playbook.distributed.append("deployment: {files: [{from: \"\(file.path)\"}], working_dir: .}")
            let command = #"sha256sum < large > \"$MUSTER_RESULTS/sum\""#
            playbook.stages = ["{name: sum, type: custom, command: /bin/sh, args: [\"-c\", \"\(command)\"]}"]
            let started = try StartedRun.start(playbook, in: folder)
            let breaking = """
                n=0; until [ "$(cat /home/deploy/.cache/muster/part-* 2>/dev/null | wc -c)" -gt 60000000 ]; do
                n=$((n + 1)); [ $n -lt 3000 ] || exit 1; sleep 0.02; done; pkill -KILL -f '^sshd: deploy'
                """
            let (status, output) = try await fleet.execute(1, breaking)
            #expect(status == 0, "\(output)")
            let run = try await started.end(0)
            let sum = try String(contentsOfFile: "\(run.folder.path)/agents/h1/sum", encoding: .utf8)
            #expect(sum == made.output)
            for case .agentDeployed(_, let deployed) in run.events.map(\.kind) {
                #expect(deployed.sent < ByteCount(Int64(Self.size) - 20_000_000), "\(deployed.sent)")
            }
            run.expectSeenGone(["h1"])
            try await fleet.expectClean([1])
            let (_, parts) = try await fleet.execute(1, "ls /home/deploy/.cache/muster")
            #expect(parts.split(separator: "\n").sorted() == ["agents", "files"])
        }
    }
}
