import Foundation
import Measurement
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Percentiles over agents", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Percentiles {
        private static let agents = ["h1", "h2", "h3"]

        @Test("With one of three agents slowed tenfold the p99, live and final, is the merged histogram's, no mean or maximum of three")
        func oneIsSlow() async throws { try await onFleet(3, performWithOneSlow) }

        @Test(
            "With one of ten agents slowed tenfold the p99 is that of every latency in all operation logs, sorted; and so is that of all live intervals"
        )
        func sorted() async throws { try await withTemporaryFolder { try await performWithLogs(in: $0) } }

        private func performWithLogs(in folder: URL) async throws {
            var playbook = TestPlaybook(local: 10, in: folder.path)
            playbook.agents[4] = "{id: l5, address: local, env: {MUSTER_TEST_SLOWDOWN: \"100\"}}"
            (playbook.slowdown, playbook.duration, playbook.missedThreshold) = (10, "3s", 100)
            let run = try await StartedRun.start(text: "op_log_path: trace.tsv.zst\n" + playbook.text, in: folder).end(0)
            let agents = (1...10).map { "l\($0)" }
            let latencies = try await latencies(of: "GET", agents.map { "\(run.folder.path)/agents/\($0)/trace-\($0).tsv.zst" })
            let exact = Double(latencies[Int((Double(latencies.count) * 0.99).rounded(.up)) - 1]) / 1000
            let row = try #require(try run.rows("results.tsv")["GET"])
            #expect(row.count == latencies.count)
            // A counter is at most 1/1,024 wide, and the file has two decimals.
            #expect(row.p99 >= exact - 0.01 && row.p99 <= exact * (1 + 1.0 / 1024) + 0.01, "\(row.p99) µs, sorted \(exact) µs")
            var merged = StatisticsTable()
            for agent in agents {
                for interval in try AgentIntervals.read(run, agent) where interval.stage.number == TestPlaybook.load {
                    merged.merge(interval.table)
                }
            }
            #expect(row.p99 == Double(fixed(p99(merged), decimals: 2)))
            print("p99 of \(latencies.count) GETs: \(row.p99) µs, sorted \(exact) µs")
        }

        /// Nanoseconds, the least first.
        private func latencies(of operation: String, _ logs: [String]) async throws -> [Int64] {
            let script = "zstd -dcq -- \"$@\" | awk -F'\\t' '$3 == \"\(operation)\" && $9 == \"\" && $15 == 0 { print $13 }'"
            let done = try await Execution.run("/bin/bash", ["-c", "set -o pipefail; \(script)", "latencies"] + logs)
            try #require(done.status == 0, "\(done)")
            return done.output.split(separator: "\n").compactMap { Int64($0) }.sorted()
        }

        private func performWithOneSlow(_ fleet: Fleet, _ folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet) { $0 == 2 ? ", env: {MUSTER_TEST_SLOWDOWN: \"100\"}" : "" }
            playbook.slowdown = 10
            playbook.duration = "4s"
            let run = try await StartedRun.start(playbook, in: folder).end(0)
            try expectFinal(run)
            try expectLive(run)
            let slowest = run.events.compactMap { if case .interval(_, let figures) = $0.kind { figures.slowest?.agent.text } else { nil } }
            #expect(slowest.contains("h2"))
        }

        private func expectFinal(_ run: EndedRun) throws {
            let shares = try HistogramFolder.read("\(run.folder.path)/histograms/03_execute.bin")
            #expect(shares.map(\.agent.text) == Self.agents)
            var merged = StatisticsTable()
            for share in shares { merged.merge(share.statistics.table) }
            let shown = try #require(try run.rows("results.tsv")["GET"]?.p99)
            #expect(shown == Double(fixed(p99(merged), decimals: 2)))
            let each = shares.map { p99($0.statistics.table) }
            #expect(shown != Double(fixed(each.max() ?? 0, decimals: 2)))
            #expect(shown != Double(fixed(each.reduce(0, +) / 3, decimals: 2)))
        }

        /// Each live figure is that of the agents' intervals that came since the one before, merged.
        private func expectLive(_ run: EndedRun) throws {
            var rest = LiveReplay(try Self.agents.map { try AgentIntervals.read(run, $0).filter { $0.stage.number == TestPlaybook.load } })
            var (shown, maxima, means): ([Double], [Double], [Double]) = ([], [], [])
            for event in run.events {
                guard case .interval(let stage, let figures) = event.kind, stage.number == TestPlaybook.load else { continue }
                let taken = rest.take(figures)
                let tables = try #require(taken, "no intervals add up to \(figures)")
                var merged = StatisticsTable()
                for table in tables { merged.merge(table) }
                let get = try #require(figures.operations.first { $0.kind == .get })
                #expect(get.p99 == p99(merged))
                guard tables.count == 3 else { continue }
                shown.append(get.p99)
                maxima.append(tables.map(p99).max() ?? 0)
                means.append(tables.map(p99).reduce(0, +) / 3)
            }
            #expect(shown.count >= 4)
            #expect(shown != maxima)
            #expect(shown != means)
        }

        private func p99(_ table: StatisticsTable) -> Double {
            Double(table.total(of: OperationKind.get).latency.nanoseconds(atPercentile: 99)) / 1000
        }
    }
}

/// Finds out again which of the agents' intervals each live figure was made of.
private struct LiveReplay {
    private var intervals: [ArraySlice<IntervalStatistics>]
    private var done: UInt64 = 0

    init(_ intervals: [[IntervalStatistics]]) { self.intervals = intervals.map { $0[...] } }

    /// The tables of the agents that are in `figures`; nil where no way to take the next few of each explains it.
    mutating func take(_ figures: IntervalFigures) -> [StatisticsTable]? {
        for counts in Self.ways(agents: intervals.count) where counts.count(where: { $0 > 0 }) == figures.agents {
            let tables = zip(intervals, counts).filter { $1 > 0 }.map { slice, count in
                slice.prefix(count).reduce(into: StatisticsTable()) { $0.merge($1.table) }
            }
            guard tables.reduce(done, { $0 + $1.total.count }) == figures.operationsDone else { continue }
            for index in intervals.indices { intervals[index] = intervals[index].dropFirst(counts[index]) }
            done = figures.operationsDone
            return tables
        }
        return nil
    }

    /// 0 to 4 intervals of each agent, in every combination.
    private static func ways(agents: Int) -> [[Int]] {
        (0..<agents).reduce([[]]) { ways, _ in ways.flatMap { way in (0...4).map { way + [$0] } } }
    }
}
