import Controller
import Coordination
import Foundation
import Measurement
import Plans
import Results
import Testing
import Vocabulary

/// Whole runs: the real controller, link and agents in one process.
@Suite(.serialized) struct LiveRunTests {
    static let stages = [
        StagePlan(order: StageOrder(1), name: "prepare", type: .prepare, barrier: BarrierPolicy(), timeout: .seconds(60)),
        StagePlan(
            order: StageOrder(2), name: "execute", type: .execute, barrier: BarrierPolicy(), timeout: .seconds(60),
            plannedDuration: .seconds(1)),
        StagePlan(order: StageOrder(3), name: "cleanup", type: .cleanup, barrier: BarrierPolicy(), timeout: .seconds(60)),
    ]

    /// Prepare ten objects, read and write for `duration`, clean up.
    static func work(_ data: String, duration: Duration) -> [AgentStage] {
        let objects = ObjectSet(base: data, count: 10, sizes: .fixed(.kibibytes(4)), seed: 1)
        let operations = [
            LoadOperation(kind: .get, uri: data + "prepared-*.dat", weight: 3),
            LoadOperation(kind: .put, uri: data + "new/", weight: 1, sizes: .fixed(.kibibytes(1))),
        ]
        return [
            AgentStage(
                order: StageOrder(1), name: "prepare", type: .prepare, timeout: .seconds(60),
                work: .prepare(PrepareWork(sets: [objects], workers: 2))),
            AgentStage(
                order: StageOrder(2), name: "execute", type: .execute, timeout: .seconds(60),
                work: .load(LoadWork(duration: duration, workers: 2, operations: operations, knownSets: [objects], seed: 2))),
            AgentStage(
                order: StageOrder(3), name: "cleanup", type: .cleanup, timeout: .seconds(60),
                work: .cleanup(CleanupWork(sets: [objects], workers: 2))),
        ]
    }

    @Test("Three agents go through prepare, execute and cleanup, and their counts add up to the totals")
    func wholeRun() async throws {
        try await withPretendFleet(3, stages: Self.stages, work: { _, data in Self.work(data, duration: .seconds(1)) }) { fleet in
            let (verdict, record, results) = try await fleet.perform()
            #expect(verdict.exitCode == 0, "\(verdict.reasons)")
            #expect(record.phase == .completed)
            #expect(record.agents.allSatisfy { $0.collected?.complete == true && $0.presence == .gone })
            let execute = try #require(record.stages.first { $0.plan.type == .execute })
            #expect(execute.skew != nil)
            #expect(execute.measure?.operations.reduce(0) { $0 + $1.count } == execute.operations)
            let rows = try table(results.path + "/results.tsv")
            let total = rows.filter { $0["size_bucket"] == "ALL" && ["GET", "PUT"].contains($0["operation"]) }.compactMap {
                Int($0["count"] ?? "")
            }
            #expect(total.reduce(0, +) == Int(execute.operations))
            let replayed = RunRecord(events: try EventLog.read(results.eventsPath))
            #expect(replayed == record)
            for number in 1...3 {
                #expect(!FileManager.default.fileExists(atPath: fleet.folder.path + "/data-\(number)"))
            }
        }
    }

    @Test("An agent that cannot do its part is not ready: every problem is named, nobody begins, exit 4")
    func notReady() async throws {
        try await withPretendFleet(2, stages: Self.stages) { number, data in
            Self.work(number == 2 ? "file:///proc/nowhere/" : data, duration: .seconds(1))
        } _: { fleet in
            let (verdict, record, _) = try await fleet.perform()
            #expect(verdict.exitCode == 4)
            #expect(record.agent(AgentID(number: 2))?.problems.isEmpty == false)
            #expect(record.stages.allSatisfy { $0.state == .planned })
        }
    }

    @Test("An interruption ends the load, brings partial results home and exits with 130")
    func interrupted() async throws {
        try await withPretendFleet(2, stages: Self.stages, work: { _, data in Self.work(data, duration: .seconds(120)) }) { fleet in
            let (interruptions, interrupt) = AsyncStream.makeStream(of: Void.self)
            let watch = Task {
                // The load runs once an agent has written intervals.
                while ((try? Data(contentsOf: fleet.folder.appendingPathComponent("agent-1/intervals.bin")))?.count ?? 0) < 500 {
                    try await Task.sleep(for: .milliseconds(20))
                }
                interrupt.yield()
            }
            let (verdict, record, results) = try await fleet.perform(interruptions: interruptions)
            watch.cancel()
            #expect(verdict.exitCode == 130)
            #expect(record.phase == .cancelled)
            #expect(record.agents.allSatisfy { $0.collected?.complete == true })
            #expect(try String(contentsOfFile: results.path + "/STATUS.txt", encoding: .utf8).contains("INTERRUPTED"))
        }
    }

    @Test("A failing custom stage breaks the run and cleanup still runs")
    func failure() async throws {
        var stages = Self.stages
        stages[1] = StagePlan(order: StageOrder(2), name: "convert", type: .custom, barrier: BarrierPolicy(), timeout: .seconds(60))
        let plan = stages
        try await withPretendFleet(2, stages: plan) { number, data in
            var work = Self.work(data, duration: .seconds(1))
            work[1] = AgentStage(
                order: StageOrder(2), name: "convert", type: .custom, timeout: .seconds(60),
                work: .custom(CustomWork(command: "/bin/sh", arguments: ["-c", "echo working; exit \(number == 1 ? 3 : 0)"])))
            return work
        } _: { fleet in
            let (verdict, record, _) = try await fleet.perform()
            #expect(verdict.exitCode == 1)
            #expect(record.agent(AgentID(number: 1))?.state == .failed)
            #expect(record.stages[1].state == .broken)
            #expect(record.stages[2].completed >= 1)
            #expect(!FileManager.default.fileExists(atPath: fleet.folder.path + "/data-2"))
        }
    }
}

/// The rows of a TSV, by the names of its columns.
func table(_ path: String) throws -> [[String: String]] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
    guard let head = lines.first?.split(separator: "\t") else { return [] }
    return lines.dropFirst().map { line in
        Dictionary(zip(head.map(String.init), line.split(separator: "\t").map(String.init)), uniquingKeysWith: { $1 })
    }
}
