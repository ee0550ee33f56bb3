import Foundation
import Measurement
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("The operation logs of a run on three agents")
    struct OperationLogs {
        @Test("Summed up by awk they are what results.tsv says, exactly, for each operation")
        func sumsAreResults() async throws { try await withTemporaryFolder { try await performWhole(in: $0) } }

        @Test("After an agent was killed they are what the others reported, and what the dead one had saved")
        func sumsAfterLoss() async throws { try await withTemporaryFolder { try await performKilling(in: $0) } }

        private func performWhole(in folder: URL) async throws {
            var playbook = TestPlaybook(local: 3, in: folder.path)
            (playbook.duration, playbook.slowdown) = ("2s", 10)
            let run = try await StartedRun.start(text: "op_log_path: trace.tsv.zst\n" + playbook.text, in: folder).end(0)
            let sums = try await Sums.of((1...3).map { "\(run.folder.path)/agents/l\($0)/trace-l\($0).tsv.zst" })
            let rows = try run.rows("results.tsv")
            for kind in ["GET", "PUT", "LIST", "STAT"] {
                #expect(sums[kind]?.count == rows[kind]?.count, "\(kind)")
                #expect(sums[kind].map { $0.count > 0 } == true, "\(kind)")
            }
            #expect(sums["PUT"].map { $0.bytes } == sums["PUT"].map { $0.count * 4096 })
            try await sortAll(run, in: folder, expecting: sums)
        }

        /// `muster sort` makes one log of them, in the order of time, with every line.
        private func sortAll(_ run: EndedRun, in folder: URL, expecting sums: [String: Sums]) async throws {
            let logs = (1...3).map { "\(run.folder.path)/agents/l\($0)/trace-l\($0).tsv.zst" }
            let all = "\(folder.path)/all.tsv"
            let sorted = try await MusterRun.start(["sort"] + logs + ["-o", all], in: folder).wait(within: .seconds(60))
            #expect(sorted.status == 0, "\(sorted)")
            #expect(try await Sums.of([all]) == sums)
            let order = try await Execution.run("/bin/sh", ["-c", "tail -n +2 '\(all)' | cut -f10 | LC_ALL=C sort -c"])
            #expect(order.status == 0, "\(order)")
        }

        private func performKilling(in folder: URL) async throws {
            var playbook = TestPlaybook(local: 3, in: folder.path)
            (playbook.duration, playbook.slowdown) = ("6s", 20)
            playbook.barriers = ["execute: {type: majority}", "cleanup: {type: best_effort}"]
            let started = try StartedRun.start(text: "op_log_path: trace.tsv.zst\n" + playbook.text, in: folder)
            try await started.waitForLoad(agents: 3)
            try await killAgent("l2", of: folder)
            let run = try await started.end(5)
            func logs(_ agents: [String]) -> [String] { agents.map { "\(run.folder.path)/agents/\($0)/trace-\($0).tsv.zst" } }
            let sums = try await Sums.of(logs(["l1", "l3"]))
            let rows = try run.rows("results.tsv")
            for kind in ["GET", "PUT", "LIST", "STAT"] { #expect(sums[kind]?.count == rows[kind]?.count, "\(kind)") }
            let saved = try AgentIntervals.read(run, "l2").filter { $0.stage.number == TestPlaybook.load }
            let dead = try await Sums.of(logs(["l2"]))
            #expect(saved.count > 0)
            for kind in [OperationKind.get, .put, .list, .stat] {
                let counted = saved.reduce(0) { $0 + Int($1.table.total(of: kind).count) }
                #expect(dead[kind.label]?.count ?? 0 == counted, "\(kind)")
            }
        }

        /// Kills the process that performs the part of one agent of a run whose home is `folder`.
        private func killAgent(_ agent: String, of folder: URL) async throws {
            let script = """
                for p in /proc/[0-9]*; do
                  tr '\\0' ' ' < $p/cmdline 2> /dev/null | grep -q -- "run --dir \(folder.path)/.*/\(agent) $" || continue
                  kill -9 ${p#/proc/} && echo ${p#/proc/}
                done
                """
            let killed = try await Execution.run("/bin/bash", ["-c", script])
            try #require(!killed.output.isEmpty, "\(killed)")
        }
    }
}

/// What awk makes of operation logs, warm-up and errors aside.
private struct Sums: Equatable {
    var count = 0
    var bytes = 0

    static func of(_ logs: [String]) async throws -> [String: Sums] {
        let script = """
            for log; do case $log in *.zst) zstd -dcq -- "$log" ;; *) cat -- "$log" ;; esac; done |
            awk -F'\\t' '$1 != "idx" && $9 == "" && $15 == 0 { n[$3]++; b[$3] += $6 } END { for (op in n) printf "%s %d %d\\n", op, n[op], b[op] }'
            """
        let done = try await Execution.run("/bin/bash", ["-c", "set -o pipefail; \(script)", "sums"] + logs)
        try #require(done.status == 0, "\(done)")
        return try Dictionary(
            uniqueKeysWithValues: done.output.split(separator: "\n").map { line in
                let words = line.split(separator: " ")
                return (String(words[0]), Sums(count: try #require(Int(words[1])), bytes: try #require(Int(words[2]))))
            })
    }
}
