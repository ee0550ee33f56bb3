import Foundation
import TestKit
import Testing

extension WholeRuns {
    @Suite("Ten million planned objects")
    struct ManyObjects {
        @Test("Prepare and workload of an agent stay under 256 MiB")
        func memoryIsBounded() async throws { try await withTemporaryFolder { try await perform(in: $0) } }

        /// Nothing is made: prepare goes through all of them, and every look at one of them is an error that is counted.
        private func perform(in folder: URL) async throws {
            let text = """
                target: "file://\(folder.path)/data/"
                duration: 5s
                concurrency: 4
                error_handling: {max_total_errors: 1000000000, backoff_duration: 0s}
                prepare:
                  skip_verification: true
                  ensure_objects: [{base_uri: "files/", count: 10000000, size_spec: 1KiB}]
                workload:
                  - {op: stat, path: "files/prepared-*.dat", weight: 100}
                  - {op: get, path: "files/*", weight: 100}
                  - {op: put, path: "new/", object_size: 1KiB}
                """
            let started = try StartedRun.start(text: text, in: folder)
            try await started.waitFor("interval", count: 2, stage: 3)
            let script = """
                for p in $(pgrep -f -- "run --dir \(folder.path)/"); do
                  [ "$(cat /proc/$p/comm)" = bash ] || awk '/^VmHWM/ { print $2 }' /proc/$p/status
                done
                """
            let peak = try await Execution.run("/bin/bash", ["-c", script])
            let run = try await started.end(0)
            let kibibytes = peak.output.split(separator: "\n").compactMap { Int($0) }
            #expect(kibibytes.count == 1 && kibibytes[0] < 256 << 10, "\(peak)")
            #expect(try run.rows("results.tsv")["PUT"].map { $0.count > 0 } == true)
        }
    }
}
