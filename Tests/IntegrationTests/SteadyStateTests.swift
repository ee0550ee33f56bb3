import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Loads that end when their throughput has settled")
    struct SteadyState {
        @Test("Two agents end it together, long before its duration, and the report says at what and how sure that is")
        func settles() async throws {
            try await withTemporaryFolder { folder in
                var playbook = TestPlaybook(local: 2, in: folder.path)
                // A rate that the storage keeps is the steadiest of throughputs.
                playbook.general = ["io_rate: {iops: 200, distribution: deterministic}"]
                playbook.stages = [
                    "{name: prepare, type: prepare}",
                    "{name: load, type: execute, duration: 10m, steady_state: {window: 4s, precision: 0.05, drift: 0.2}}",
                    "{name: short, type: execute, duration: 3s, steady_state: {window: 60s}}",
                ]
                let run = try await StartedRun.start(playbook, in: folder).end(0)
                let stage = try #require(run.record.stages.first { $0.name == "load" })
                let finding = try #require(stage.steadiness)
                #expect(finding.unrest == nil && finding.after >= .seconds(4) && finding.after < .seconds(120))
                #expect(abs((finding.mean ?? 0) - 200) < 20)
                let order = try run.moment(of: "finish_ordered")
                #expect(try run.moment(of: "steadiness") <= order)
                #expect(stage.completed == 2)
                // Both worked until one moment: their last operations are not further apart than their pace and a busy machine make them.
                let window = try #require(stage.measure?.window)
                #expect(try window.length >= #require(stage.measure).elapsed - .seconds(2))
                #expect(try run.status().contains("throughput: settled after "))
                #expect(try run.text("02_load_results.tsv").contains("# Throughput: settled after "))
                let short = try #require(run.record.stages.first { $0.name == "short" }?.steadiness?.unrest)
                #expect(short.contains("no whole window"))
                #expect(try run.status().contains("throughput: did not settle: no whole window"))
                #expect(run.finished.errors.contains("throughput: settled after "))
            }
        }
    }
}
