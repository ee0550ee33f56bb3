import Foundation
import Measurement
import Plans
import Results
import TestKit
import Testing
import Vocabulary

@Suite struct AgentFolderTests {
    private let stages = [
        AgentStage(order: StageOrder(10), name: "prepare", type: .prepare, timeout: .seconds(60), work: .validation),
        AgentStage(order: StageOrder(20), name: "execute", type: .execute, timeout: .seconds(60), work: .validation),
    ]

    private func lines(_ path: String) throws -> [[Substring]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { $0.split(separator: "\t") }
    }

    @Test("what an agent measured is on its disk as it goes, for programs and for people")
    func writes() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/results"
            let agent = try AgentFolder(path: path, agent: AgentID(number: 1), stages: stages, epochOfZero: 1_000_000_000_000)
            let table = SampleRun.statistics(stage: 20, operations: 3).table
            let intervals = (0..<3).map { index in
                IntervalStatistics(
                    stage: StageOrder(20), index: index, begin: Moment(nanoseconds: Int64(index) * 1_000_000_000),
                    end: Moment(nanoseconds: Int64(index + 1) * 1_000_000_000), isWarmup: index == 0, table: table,
                    host: SampleRun.host(1, user: 125, of: 1000))
            }
            for interval in intervals { try agent.append(interval) }
            try agent.append(SampleRun.statistics(stage: 10, operations: 2))
            try agent.append(SampleRun.statistics(stage: 20, operations: 5))
            try agent.append(SampleRun.statistics(stage: 99, operations: 7))

            let reader = try #require(try AgentFolder.intervals(path))
            var back: [IntervalStatistics] = []
            while let record = try reader.next() { back.append(try #require(IntervalStatistics(encoded: record))) }
            #expect(back == intervals)
            #expect(
                try AgentFolder.readStages(path) == [
                    SampleRun.statistics(stage: 10, operations: 2), SampleRun.statistics(stage: 20, operations: 5),
                ])

            let log = try lines(path + "/perf_log.tsv")
            #expect(log.count == 4)
            #expect(log[1][0...3] == ["agent-1", "1001000", "1.00", "execute"])
            #expect(log[1].count == log[0].count)
            #expect(log[0][30] == "is_warmup")
            #expect(log.dropFirst().map { $0[30] } == ["1", "0", "0"])
            #expect(try lines(path + "/results.tsv").last?.last == "5")
            #expect(try lines(path + "/prepare_results.tsv").last?.last == "2")
            let files = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(files.contains("01_prepare_results.tsv") && files.contains("02_execute_results.tsv"))
            #expect(!files.contains { $0.hasSuffix(".new") })
        }
    }

    @Test("a folder with earlier results is not written over")
    func neverOver() async throws {
        try await withTemporaryFolder { folder in
            _ = try AgentFolder(path: folder.path, agent: AgentID(number: 1), stages: stages)
            #expect(throws: ResultsError.self) { try AgentFolder(path: folder.path, agent: AgentID(number: 1), stages: stages) }
        }
    }
}
