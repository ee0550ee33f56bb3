import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Agents' logs while they run")
    struct Logs {
        @Test("A line that a command prints is there for another terminal within a second")
        func quick() async throws { try await withTemporaryFolder { try await follow(in: $0) } }

        /// The command says when it prints: the same clock as ours, on this machine.
        private func follow(in folder: URL) async throws {
            var playbook = TestPlaybook(local: 2, in: folder.path)
            let talk = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo said $(date +%s%N); sleep 0.1; done"
            playbook.stages = ["{name: talk, order: 1, type: custom, command: /bin/sh, args: [\"-c\", \"\(talk)\"]}"]
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitFor("stage_began", count: 2)
            let results = try #require(started.results)
            var tails = try ["l1", "l2"].map { LiveLog.Tail(folder: results.agentPath(try agentID($0))) }
            var delays: [Duration] = []
            try await eventually("40 lines", within: .seconds(60)) {
                for index in tails.indices {
                    for line in try tails[index].next() where line.text.hasPrefix("said ") {
                        let said = try #require(Int64(line.text.dropFirst("said ".count)))
                        delays.append(.nanoseconds(SystemClock.utcNanoseconds - said))
                    }
                }
                return delays.count == 40
            }
            _ = try await started.end(0)
            delays.sort()
            // All of them, where the machine has time for it; most of them, on one that has not.
            #expect(delays[20] < .seconds(1), "\(delays)")
            print(
                "log lines were there after \(fixed(delays[20].inSeconds * 1000, decimals: 0)) ms (median), \(fixed(delays[39].inSeconds * 1000, decimals: 0)) ms (longest)"
            )
            try expectNothingLeft(of: folder)
        }
    }
}
