import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Replaying on a fleet")
    struct ReplayOnAFleet {
        @Test("A run's operation logs, sorted into one, are replayed by two agents: all of it, once, with the trace's latencies beside")
        func replayed() async throws {
            try await withTemporaryFolder { folder in
                var playbook = TestPlaybook(local: 2, in: folder.path)
                playbook.general = ["op_log_path: trace.tsv.zst"]
                playbook.stages = ["{name: prepare, type: prepare}", "{name: execute, type: execute, duration: 2s}"]
                let run = try await StartedRun.start(playbook, in: folder).end(0)
                let then = try run.rows("results.tsv")
                let logs = ["l1", "l2"].map { "\(run.folder.path)/agents/\($0)/trace-\($0).tsv.zst" }
                let log = folder.path + "/all.tsv.zst"
                let sort = try await Execution.run(MusterRun.path(), ["sort", "-o", log] + logs)
                #expect(sort.status == 0, "\(sort)")
                let fleet = folder.path + "/fleet.yaml"
                try playbook.text.write(toFile: fleet, atomically: true, encoding: .utf8)
                let copy = "file://\(folder.path)/copy/"
                try FileManager.default.copyItem(atPath: folder.path + "/data", toPath: folder.path + "/copy")
                let replay = try await Execution.run(
                    MusterRun.path(),
                    [
                        "replay", log, "--playbook", fleet, "--speed", "4", "--remap", "file://\(folder.path)/data/=\(copy)", "--results",
                        folder.path + "/replayed",
                    ])
                #expect(replay.status == 0, "\(replay)")
                let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/replayed").first)
                let home = "\(folder.path)/replayed/\(name)"
                let now = try ResultRow.read(home + "/results.tsv")
                for kind in ["GET", "PUT", "STAT", "LIST"] { #expect(now[kind]?.count == then[kind]?.count, "\(kind)") }
                let table = try String(contentsOfFile: home + "/replay_results.tsv", encoding: .utf8).split(separator: "\n").map {
                    $0.split(separator: "\t").map(String.init)
                }
                #expect(table[0].prefix(5) == ["operation", "count", "errors", "trace_count", "trace_errors"])
                let gets = try #require(table.first { $0[0] == "GET" })
                #expect(Int(gets[1]) == then["GET"]?.count && Int(gets[3]) == then["GET"]?.count)
                // What the trace says is what the run measured.
                #expect(try abs(#require(Double(gets[5])) - #require(then["GET"]).mean) < 0.2)
                #expect(replay.output.contains("begun later than intended") || replay.errors.contains("begun later than intended"))
            }
        }
    }
}
