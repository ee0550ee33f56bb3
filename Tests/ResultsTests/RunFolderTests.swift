import CZstd
import Foundation
import Measurement
import Plans
import Results
import TestKit
import Testing
import Vocabulary

@Suite struct RunFolderTests {
    private let noon: Int64 = 1_795_581_012_000_000_000

    @Test("a run's folder is new: where the name is taken it gets a number")
    func neverOverwrites() async throws {
        try await withTemporaryFolder { folder in
            let names = try (0..<3).map { _ in
                try RunFolder.create(under: folder.path + "/out", name: "a b", utcNanoseconds: noon).path.split(separator: "/").last
            }
            let stem = "muster-\(UTC.compactLabel(nanoseconds: noon))-a_b"
            #expect(names == [Substring(stem), Substring(stem + "-2"), Substring(stem + "-3")])
        }
    }

    @Test("the run's files are merged from the agents' exact statistics, and their counts add up")
    func results() async throws {
        try await withTemporaryFolder { folder in
            let run = try RunFolder.create(under: folder.path, name: "demo", utcNanoseconds: noon)
            let record = RunRecord(events: SampleRun.events())
            for (index, agent) in SampleRun.agents.prefix(2).enumerated() {
                let home = try AgentFolder(
                    path: run.agentPath(agent), agent: agent,
                    stages: SampleRun.stages.map {
                        AgentStage(order: $0.order, name: $0.name, type: $0.type, timeout: .seconds(60), work: .validation)
                    })
                try home.append(SampleRun.statistics(stage: 1, operations: 10))
                try home.append(SampleRun.statistics(stage: 2, operations: 100 * (index + 1)))
            }
            let statistics = try run.statisticsAtHome(record.agents.map(\.id))
            #expect(statistics.count == 2)
            try run.writeResults(record, statistics: statistics)
            try run.write(record)
            try run.write(maskedPlaybook: "target: file:///tmp\n")

            func text(_ name: String) throws -> String { try String(contentsOfFile: run.path + "/" + name, encoding: .utf8) }
            #expect(try text("results.tsv").split(separator: "\n").last?.hasSuffix("\t300") == true)
            #expect(try text("prepare_results.tsv").split(separator: "\n").last?.hasSuffix("\t20") == true)
            #expect(try text("02_execute_results.tsv").hasPrefix("# PARTIAL: 2 of 3 agents\n"))
            #expect(try text("histograms/index.tsv").contains("02_execute.bin\t2\texecute\texecute\t2\t3\t300\n"))
            #expect(
                try HistogramFolder.read(run.path + "/histograms/02_execute.bin").map(\.statistics)
                    == SampleRun.agents.prefix(2).map { try #require(statistics[$0]?.last) })
            #expect(try text("STATUS.txt").hasPrefix("TEST STATUS: DEGRADED\n"))
            #expect(try text("run.json").contains("\"phase\" : \"degraded\""))
            #expect(try text("config.yaml") == "target: file:///tmp\n")
        }
    }

    @Test("errors.tsv has a row an agent, stage, operation and class, with the times of the first and the last")
    func errors() async throws {
        try await withTemporaryFolder { folder in
            let run = try RunFolder.create(under: folder.path, name: "demo", utcNanoseconds: noon)
            let record = RunRecord(events: SampleRun.events())
            func path(_ name: String) -> String { "\(run.path)/\(name)" }
            try run.writeErrors(record, statistics: [:]) { _, _ in 0 }
            #expect(!FileManager.default.fileExists(atPath: path("errors.tsv")))
            let agent = SampleRun.agents[1]
            var statistics = SampleRun.statistics(stage: 2, operations: 3)
            statistics.errorSamples = [
                ErrorSample(
                    kind: .get, cause: "timeout", message: "cannot read\nit", count: 2, first: .zero,
                    last: Moment(nanoseconds: 1_500_000_000))
            ]
            let stages = [AgentStage(order: StageOrder(2), name: "execute", type: .execute, timeout: .seconds(60), work: .validation)]
            let home = try AgentFolder(path: run.agentPath(agent), agent: agent, stages: stages, epochOfZero: noon)
            try home.append(statistics)
            try run.writeErrors(record, statistics: run.statisticsAtHome([agent])) { noon + $1.nanoseconds }
            let row =
                "\(agent)\texecute\tGET\ttimeout\t2\t\(UTC.label(nanoseconds: noon))\t"
                + "\(UTC.label(nanoseconds: noon + 1_500_000_000))\tcannot read it"
            for name in ["errors.tsv", "agents/\(agent)/errors.tsv"] {
                let lines = try String(contentsOfFile: path(name), encoding: .utf8).split(separator: "\n").map(String.init)
                #expect(lines == ["agent\tstage\toperation\tclass\tcount\tfirst_seen\tlast_seen\tmessage", row])
            }
        }
    }

    @Test("a run without a workload still has results.tsv, with its header")
    func empty() async throws {
        try await withTemporaryFolder { folder in
            let run = try RunFolder.create(under: folder.path, name: "demo")
            try run.writeResults(RunRecord(events: SampleRun.events()), statistics: [:])
            #expect(try String(contentsOfFile: run.path + "/results.tsv", encoding: .utf8) == ResultsTable.header)
        }
    }

    @Test("the performance log has a row an agent and interval and one ALL row from the merged histogram")
    func performanceLog() async throws {
        try await withTemporaryFolder { folder in
            let run = try RunFolder.create(under: folder.path, name: "demo")
            let record = RunRecord(events: SampleRun.events())
            for (index, agent) in SampleRun.agents.enumerated() {
                let home = try AgentFolder(path: run.agentPath(agent), agent: agent, stages: [])
                // The third agent died in its second interval, and its clock began elsewhere.
                for second in 0..<(index == 2 ? 1 : 2) {
                    let begin = Moment(nanoseconds: Int64(index) * 1_000_000_000_000 + Int64(second) * 1_000_000_000)
                    let table = SampleRun.statistics(stage: 2, operations: 100, slowness: index == 2 ? 100 : 10).table
                    try home.append(
                        IntervalStatistics(
                            stage: StageOrder(2), index: second, begin: begin, end: begin + .seconds(1), table: table,
                            host: SampleRun.host(UInt64(min(index, 1) + 1), user: UInt64(10 * index), of: 100, received: UInt64(index + 1)))
                    )
                }
            }
            try run.writePerformanceLog(record) { agent, moment in
                let number = Int64(SampleRun.agents.firstIndex(of: agent) ?? 0)
                return noon + moment.nanoseconds - number * 1_000_000_000_000
            }
            let rows = try String(contentsOfFile: run.path + "/perf_log.tsv", encoding: .utf8).split(separator: "\n").map {
                $0.split(separator: "\t").map(String.init)
            }
            #expect(rows.allSatisfy { $0.count == rows[0].count })
            #expect(rows.map { $0[0] } == ["agent_id", "agent-1", "agent-2", "agent-3", "ALL", "agent-1", "agent-2", "ALL"])
            #expect(rows.dropFirst().map { $0[2] } == ["1.00", "1.00", "1.00", "1.00", "2.00", "2.00", "2.00"])
            let all = rows[4]
            #expect(all[1] == "\(noon / 1_000_000 + 1000)")
            #expect(all[3] == "execute")
            #expect(all[4] == "300")
            #expect(all[6] == "300.00")
            // The second agent and the third are on one host: its counters are counted once.
            #expect(all[26] == "5.00")
            let received = try #require(rows[0].firstIndex(of: "net_rx_bytes"))
            #expect(rows.map { $0[received] } == ["net_rx_bytes", "1", "2", "3", "3", "1", "2", "3"])
            let column = try #require(rows[0].firstIndex(of: "agents"))
            #expect(rows.map { $0[column] } == ["agents", "1", "1", "1", "3", "1", "1", "2"])
            // 200 latencies up to 1 ms and 100 up to 10 ms: the 90th percentile of all is the 70th of the slow ones.
            let p90 = try #require(Double(all[10]))
            #expect(abs(p90 - 7000) < 70)
        }
    }

    @Test("the performance log's rows are as long as is asked for; none holds warm-up and what follows it")
    func rowLength() async throws {
        try await withTemporaryFolder { folder in
            let run = try RunFolder.create(under: folder.path, name: "demo")
            let stages = [AgentStage(order: StageOrder(20), name: "execute", type: .execute, timeout: .seconds(60), work: .validation)]
            var series = PerformanceLogPlan()
            series.interval = .seconds(5)
            for agent in SampleRun.agents.prefix(2) {
                let home = try AgentFolder(path: run.agentPath(agent), agent: agent, stages: stages, performanceLog: series)
                for second in 0..<12 {
                    // The machine was busy: the eighth interval is cut late.
                    let late = Int64(second == 7 ? 300_000_000 : 0)
                    let table = SampleRun.statistics(stage: 20, operations: 10).table
                    try home.append(
                        IntervalStatistics(
                            stage: StageOrder(20), index: second,
                            begin: Moment(nanoseconds: Int64(second) * 1_000_000_000 + (second == 8 ? 300_000_000 : 0)),
                            end: Moment(nanoseconds: Int64(second + 1) * 1_000_000_000 + late), isWarmup: second < 3, table: table,
                            host: SampleRun.host(1, user: UInt64(second), of: 100, received: 1000)))
                }
                try home.append(SampleRun.statistics(stage: 20, operations: 120))
            }
            try run.writePerformanceLog(RunRecord(events: SampleRun.events()), as: series) { _, moment in moment.nanoseconds }
            let header = PerformanceRow.header(isOpenLoop: false).split(whereSeparator: { $0 == "\t" || $0 == "\n" }).map(String.init)
            for (path, who) in [(run.path + "/perf_log.tsv", "ALL"), (run.agentPath(SampleRun.agents[0]) + "/perf_log.tsv", "agent-1")] {
                let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
                    Dictionary(uniqueKeysWithValues: zip(header, line.split(separator: "\t").map(String.init)))
                }.filter { $0["agent_id"] == who }
                let agents = who == "ALL" ? 2 : 1
                #expect(rows.map { $0["interval_s"] } == ["3.00", "5.30", "3.70"])
                #expect(rows.map { $0["is_warmup"] } == ["1", "0", "0"])
                #expect(rows.map { $0["get_ops"] } == [30, 50, 40].map { "\($0 * agents)" })
                #expect(rows.map { $0["elapsed_s"] } == ["3.00", "8.30", "12.00"])
                #expect(rows.first?["cpu_user_pct"] == "1.00")
                #expect(rows.map { $0["net_rx_bytes"] } == ["3000", "5000", "4000"])
            }
        }
    }

    @Test("the performance log's columns are those that existing scripts read, ours after them")
    func performanceColumns() {
        #expect(
            PerformanceRow.header(isOpenLoop: false).hasPrefix(
                "agent_id\ttimestamp_epoch_ms\telapsed_s\tstage\tget_ops\tget_bytes\tget_iops\tget_mbps\tget_mean_us\tget_p50_us\t"
                    + "get_p90_us\tget_p99_us\tput_ops\tput_bytes\tput_iops\tput_mbps\tput_mean_us\tput_p50_us\tput_p90_us\t"
                    + "put_p99_us\tmeta_ops\tmeta_iops\tmeta_mean_us\tmeta_p50_us\tmeta_p90_us\tmeta_p99_us\tcpu_user_pct\t"
                    + "cpu_system_pct\tcpu_iowait_pct\terrors\tis_warmup\t"))
    }

    @Test("an open loop's series has latencies from the intended beginning, merged from histograms; its path is the playbook's")
    func openLoopSeries() async throws {
        try await withTemporaryFolder { folder in
            let run = try RunFolder.create(under: folder.path, name: "demo")
            var work = LoadWork(duration: .seconds(1), workers: 1, operations: [], seed: 1)
            work.rate = LoadRate(operationsPerSecond: 100)
            let stages = [AgentStage(order: StageOrder(2), name: "execute", type: .execute, timeout: .seconds(60), work: .load(work))]
            var series = PerformanceLogPlan()
            series.path = "series/perf.tsv"
            // Of a hundred operations a quarter came 90 ms late on one agent, none on the other.
            for (index, agent) in SampleRun.agents.prefix(2).enumerated() {
                let home = try AgentFolder(path: run.agentPath(agent), agent: agent, stages: stages, performanceLog: series)
                var table = StatisticsTable()
                for number in 0..<100 {
                    let late: Int64 = index == 0 && number < 25 ? 90_000_000 : 0
                    table.record(.get, size: 1, nanoseconds: 10_000_000, sinceIntended: 10_000_000 + late, bytes: 1)
                }
                try home.append(
                    IntervalStatistics(
                        stage: StageOrder(2), index: 0, begin: .zero, end: Moment(nanoseconds: 1_000_000_000), table: table))
            }
            try run.writePerformanceLog(RunRecord(events: SampleRun.events()), as: series, isOpenLoop: true) { _, at in at.nanoseconds }
            func row(_ path: String, _ agent: String) throws -> [String: Double] {
                let rows = try String(contentsOfFile: path + "/series/perf.tsv", encoding: .utf8).split(separator: "\n").map {
                    $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                }
                #expect(rows.allSatisfy { $0.count == rows[0].count })
                let found = try #require(rows.first { $0[0] == agent })
                return Dictionary(uniqueKeysWithValues: zip(rows[0], found.map { Double($0) ?? 0 }))
            }
            let slow = try row(run.agentPath(SampleRun.agents[0]), "agent-1")
            let all = try row(run.path, "ALL")
            #expect(slow["get_p90_us"] == all["get_p90_us"] && abs((slow["get_p90_us"] ?? 0) - 10_000) < 100)
            #expect(abs((slow["get_corrected_p90_us"] ?? 0) - 100_000) < 1000)
            // An eighth of all were late: neither the mean of two 90th percentiles nor the larger of them.
            #expect(abs((all["get_corrected_p90_us"] ?? 0) - 100_000) < 1000 && abs((all["get_corrected_p50_us"] ?? 0) - 10_000) < 100)
            #expect(abs((all["get_corrected_mean_us"] ?? 0) - 21_250) < 200)
            #expect(abs((all["get_corrected_p999_us"] ?? 0) - 100_000) < 1000)
            #expect(all["put_corrected_p99_us"] == 0 && all["put_ops"] == 0)
        }
    }

    private func unpacked(_ path: String) throws -> String {
        let packed = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = ZSTD_decompress(&bytes, bytes.count, packed, packed.count)
        try #require(ZSTD_isError(count) == 0)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    @Test("a series whose name ends in .zst is compressed, and readable up to its last row while it grows")
    func compressedSeries() async throws {
        try await withTemporaryFolder { folder in
            var series = PerformanceLogPlan()
            series.path = "p.tsv.zst"
            let home = try AgentFolder(path: folder.path, agent: AgentID(number: 1), stages: [], performanceLog: series)
            for second in 0..<3 {
                let begin = Moment(nanoseconds: Int64(second) * 1_000_000_000)
                try home.append(
                    IntervalStatistics(
                        stage: StageOrder(2), index: second, begin: begin, end: begin + .seconds(1),
                        table: SampleRun.statistics(stage: 2, operations: 7).table))
                let text = try unpacked(folder.path + "/p.tsv.zst")
                #expect(text.split(separator: "\n").count == second + 2)
                #expect(text.hasPrefix(PerformanceRow.header(isOpenLoop: false)))
            }
        }
    }
}
