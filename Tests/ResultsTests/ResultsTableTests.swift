import Measurement
import Results
import Testing
import Vocabulary

@Suite struct ResultsTableTests {
    @Test("the columns are those that existing scripts read")
    func header() {
        #expect(
            ResultsTable(StatisticsTable(), duration: .seconds(1)).text
                == "operation\tsize_bucket\tbucket_idx\tmean_us\tp50_us\tp90_us\tp95_us\tp99_us\tmax_us\tavg_bytes\tops_per_sec\t"
                + "throughput_mibps\tcount\n")
    }

    @Test("a row an operation and bucket, an ALL row an operation, and the five below META by themselves")
    func rows() {
        var table = StatisticsTable()
        table.record(.get, size: 4096, nanoseconds: 100_000, bytes: 4096)
        table.record(.get, size: 1 << 20, nanoseconds: 300_000, bytes: 1 << 20)
        table.record(.put, size: 4096, nanoseconds: 50_000, bytes: 4096)
        table.record(.stat, size: 0, nanoseconds: 10_000, bytes: 0)
        table.record(.list, size: 0, nanoseconds: 20_000, bytes: 0)
        let rows = ResultsTable(table, duration: .seconds(2)).text.split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
        #expect(
            rows.map { $0[0...2].joined(separator: " ") } == [
                "GET 1B-8KiB 1", "GET 512KiB-4MiB 4", "GET ALL 98", "PUT 1B-8KiB 1", "PUT ALL 99", "META zero 0", "META ALL 97",
                "LIST zero 0", "LIST ALL 92", "STAT zero 0", "STAT ALL 93",
            ])
        #expect(rows.allSatisfy { $0.count == 13 })
        #expect(rows[2].last == "2")
        #expect(rows[2][3] == "200.00")
        #expect(rows[2][9] == "526336.00")
        #expect(rows[2][10] == "1.00")
        #expect(rows[2][11] == "0.50")
        #expect(rows[6].last == "2")
    }

    @Test("of an open loop there are latencies from the intended beginning beside those from the actual one")
    func openLoop() throws {
        var table = StatisticsTable()
        for millisecond in 1...1000 {
            table.record(
                .get, size: 4096, nanoseconds: 1_000_000, sinceIntended: Int64(millisecond) * 1_000_000, bytes: 4096)
        }
        let lines = ResultsTable(table, duration: .seconds(1)).text.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(lines[0].prefix(13).joined(separator: "\t") + "\n" == ResultsTable.header)
        let row = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[2]))
        #expect(row["p999_us"] == "1000.00" && row["p99_us"] == "1000.00")
        let corrected = try ["mean", "p50", "p90", "p95", "p99", "p999", "max"].map { name in
            try #require(row["corrected_\(name)_us"].flatMap { Double($0) })
        }
        for (shown, truth) in zip(corrected, [500_500, 500_000, 900_000, 950_000, 990_000, 999_000, 1_000_000.0]) {
            #expect(abs(shown - truth) <= truth * 0.002)
        }
    }

    @Test("percentiles over agents are those of all operations, not the mean or the maximum of the agents'")
    func mergedPercentiles() throws {
        var all: [Int64] = []
        var shares: [StageResults.Share] = []
        for agent in 1...10 {
            var table = StatisticsTable()
            for index in 1...1000 {
                let nanoseconds = Int64(index) * (agent == 10 ? 10_000 : 1000)
                all.append(nanoseconds)
                table.record(.get, size: 4096, nanoseconds: nanoseconds, bytes: 4096)
            }
            let statistics = StageStatistics(stage: StageOrder(1), begin: .zero, end: Moment(nanoseconds: 1_000_000_000), table: table)
            shares.append(.init(agent: AgentID(number: agent), statistics: statistics))
        }
        let stage = StageResults(
            position: 1, order: StageOrder(1), name: "execute", type: .execute, shares: shares, expectedAgents: 10)
        let row = try #require([stage].workloadText.split(separator: "\n").first { $0.hasPrefix("GET\tALL") }).split(separator: "\t")
        all.sort()
        for (column, percentile) in [(4, 0.50), (5, 0.90), (6, 0.95), (7, 0.99)] {
            let truth = Double(all[Int((percentile * Double(all.count)).rounded(.up)) - 1]) / 1000
            let shown = try #require(Double(row[column]))
            #expect(abs(shown - truth) <= truth * 0.01)
        }
        let p99s = shares.map { Double($0.statistics.table.total.latency.nanoseconds(atPercentile: 99)) / 1000 }
        let shown = try #require(Double(row[7]))
        #expect(abs(shown - p99s.reduce(0, +) / 10) > shown * 0.1)
        #expect(abs(shown - (p99s.max() ?? 0)) > shown * 0.05)
        #expect(row.last == "10000")
    }
}
