import Foundation
import Measurement
import Plans
import Synchronization
import TestKit
import Vocabulary

@testable import Workloads

/// Stages performed on a folder of a test's own, each on a thread, never on the shared pool.
struct Rehearsal {
    let folder: URL
    var agent = 1
    var agentCount = 1
    var run = "20261125-043012-test-abcd"
    var interval: Duration = .milliseconds(50)
    var slowdown: Double? = 1
    var operationLog: OperationLog?
    var ledgerDirectory: String?
    var retryDelay: Duration = .milliseconds(10)
    var endpoints: Endpoints?
    var operationTimeout: Duration = .seconds(120)

    /// What a stage left behind.
    struct Performance: Sendable {
        var outcome: StageOutcome
        var intervals: [IntervalStatistics]
        var lines: [String]
        var progress: StageProgress
    }

    var base: String { "file://\(folder.path)/data/" }

    func set(
        _ count: Int, sizes: SizeDistribution = .fixed(ByteCount(100)), prefix: String = "prepared-", share: Share = .whole
    ) -> ObjectSet {
        ObjectSet(base: base, count: count, sizes: sizes, namePrefix: prefix, seed: 42, share: share)
    }

    func load(
        _ operations: [LoadOperation], sets: [ObjectSet] = [], duration: Duration? = nil, tasks: UInt64? = nil, workers: Int = 4
    ) -> LoadWork {
        var work = LoadWork(duration: duration, taskLimit: tasks, workers: workers, operations: operations, knownSets: sets, seed: 7)
        // Tests of errors make more of them than a second allows.
        work.errors.backoff = .zero
        return work
    }

    func plan(_ works: [StageWork]) -> AgentPlan {
        let stages = works.enumerated().map { number, work in
            AgentStage(
                order: StageOrder(number + 1), name: "stage-\(number + 1)", type: Self.type(of: work), timeout: .seconds(60), work: work)
        }
        var plan = AgentPlan(
            id: AgentID(number: agent), number: agent, reach: .local, stages: stages, ledgerDirectory: ledgerDirectory)
        plan.endpoints = endpoints
        plan.operationTimeout = operationTimeout
        return plan
    }

    func performance(_ work: StageWork, ledger: PutLedger = PutLedger()) -> StagePerformance {
        let plan = plan([work])
        return StagePerformance(plan: plan, stage: plan.stages[0], ledger: ledger, surroundings: surroundings)
    }

    func perform(
        _ work: StageWork, ledger: PutLedger = PutLedger(), startAt: Moment? = nil, stop: StopFlag = StopFlag()
    ) async -> Performance {
        await perform(performance(work, ledger: ledger), startAt: startAt, stop: stop)
    }

    func perform(_ performance: StagePerformance, startAt: Moment? = nil, stop: StopFlag = StopFlag()) async -> Performance {
        await withCheckedContinuation { continuation in
            let started = WorkerThread.start {
                let heard = Heard()
                let listener = StageListener(
                    onInterval: { interval in heard.intervals.withLock { $0.append(interval) } },
                    onLine: { line in heard.lines.withLock { $0.append(line) } })
                let outcome = performance.run(startAt: startAt, stop: stop, listener: listener)
                continuation.resume(
                    returning: Performance(
                        outcome: outcome, intervals: heard.intervals.withLock { $0 }, lines: heard.lines.withLock { $0 },
                        progress: performance.progress))
            }
            precondition(started, "a test's thread starts")
        }
    }

    /// Paths of all files below the folder, relative to it.
    func files(below part: String = "") throws -> Set<String> {
        let root = folder.appendingPathComponent(part)
        guard let names = FileManager.default.enumerator(atPath: root.path) else { return [] }
        var files: Set<String> = []
        for case let name as String in names {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: root.appendingPathComponent(name).path, isDirectory: &isDirectory)
            if !isDirectory.boolValue { files.insert(name) }
        }
        return files
    }

    func write(_ name: String, bytes: Int = 1) throws {
        let url = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(count: bytes).write(to: url)
    }

    func size(of name: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(name).path)[.size] as? Int ?? -1
    }

    private var surroundings: StageSurroundings {
        var surroundings = StageSurroundings(
            run: RunID(run), agentCount: agentCount, resultsFolder: folder.path, interval: interval, slowdown: slowdown)
        surroundings.operationLog = operationLog
        surroundings.retryDelay = retryDelay
        return surroundings
    }

    private final class Heard: Sendable {
        let intervals = Mutex<[IntervalStatistics]>([])
        let lines = Mutex<[String]>([])
    }

    private static func type(of work: StageWork) -> StageType {
        switch work {
        case .validation: .validation
        case .prepare: .prepare
        case .load, .replay: .execute
        case .cleanup: .cleanup
        case .custom: .custom
        }
    }
}

extension StageStatistics {
    func count(_ kind: OperationKind) -> UInt64 { table.total(of: kind).count }
}

/// Runs a test's body on a folder of its own.
func rehearse(_ body: (Rehearsal) async throws -> Void) async throws {
    try await withTemporaryFolder("muster-load") { try await body(Rehearsal(folder: $0)) }
}
