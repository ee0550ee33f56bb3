import Foundation
import Measurement
import Plans
import Playbooks
import TestKit
import Testing
import Vocabulary
import Workloads

/// What lies in the storage after three agents have prepared, whichever way they share it out.
@Suite("Storage after prepare")
struct PreparedStorageTests {
    struct Way: Sendable, CustomTestStringConvertible {
        var strategy: String
        var tree: String
        var isShared: Bool

        var testDescription: String { "\(strategy), \(tree), \(isShared ? "shared" : "isolated")" }
        /// `isolated` says of itself that each agent has storage of its own.
        var isApart: Bool { !isShared || tree == "isolated" || tree == "agent" }
    }

    static let ways = ["sequential", "parallel"].flatMap { strategy in
        ["concurrent", "coordinator", "controller", "isolated", "agent"].flatMap { tree in
            [true, false].filter { !$0 || (tree != "isolated" && tree != "agent") }.map {
                Way(strategy: strategy, tree: tree, isShared: $0)
            }
        }
    }

    /// 23 objects, and 2 + 4 folders with 3 files in each of the 4.
    private static let whole: Set<String> = {
        let objects = (0..<23).map { "set/prepared-\(padded($0)).dat" }
        let files = (0..<12).map { file -> String in
            let (top, leaf) = (file / 6 + 1, file / 3 % 2 + 1)
            return "tree/d1_w\(top).dir/d2_w\(leaf).dir/file_\(padded(file)).dat"
        }
        return Set(objects + files)
    }()

    private static func padded(_ number: Int) -> String { String(String(100_000_000 + number).dropFirst()) }

    @Test("Agents that share storage make each object once, by index; on storage of its own each makes all", arguments: ways)
    func made(way: Way) async throws {
        try await withTemporaryFolder { folder in
            let plan = try plan(way, in: folder)
            let counts = try await prepare(plan)
            let expected = way.isApart ? Set((1...3).flatMap { agent in Self.whole.map { "agent-\(agent)/\($0)" } }) : Self.whole
            #expect(files(below: folder) == expected)
            #expect(counts.reduce(0) { $0 + $1.made } == UInt64(expected.count) && counts.allSatisfy { $0.kept == 0 && $0.failed == 0 })
            // 23 by index over three; of the tree's files twelve, or all of them by the first.
            let first = way.isApart ? 35 : way.tree == "controller" ? 8 + 12 : 8 + 4
            #expect(counts.map(\.made)[0] == UInt64(first))
            #expect(counts.map(\.made)[2] == UInt64(way.isApart ? 35 : way.tree == "controller" ? 7 : 7 + 4))
            // Nothing is left to do for a second run.
            let again = try await prepare(plan)
            #expect(again.reduce(0) { $0 + $1.made } == 0 && again.reduce(0) { $0 + $1.kept } == UInt64(expected.count))
        }
    }

    private func plan(_ way: Way, in folder: URL) throws -> Plan {
        let text = """
            target: "file://\(folder.path)/"
            duration: 0
            concurrency: 3
            workload: []
            distributed:
              shared_filesystem: \(way.isShared)
              tree_creation_mode: \(way.tree)
              agents: [{address: local}, {address: local}, {address: local}]
              stages: [{name: prepare, type: prepare}]
            prepare:
              prepare_strategy: \(way.strategy)
              ensure_objects: [{base_uri: "set/", count: 23, size_spec: {uniform: {min: 1, max: 999}}}]
              directory_structure: {base_uri: "tree/", width: 2, depth: 2, files_per_dir: 3, size_spec: 10}
            """
        let reading = readPlaybook(path: "p.yaml", text: text)
        return try #require(reading.plan, "\(reading.problems.map(\.description))")
    }

    /// All agents at once, each on a thread of its own; what each of them made and found.
    private func prepare(_ plan: Plan) async throws -> [ObjectCounts] {
        await withTaskGroup(of: (Int, ObjectCounts).self) { group in
            for agent in plan.agents {
                let performance = StagePerformance(
                    plan: agent, stage: agent.stages[0], ledger: PutLedger(),
                    surroundings: StageSurroundings(run: nil, agentCount: plan.agents.count, resultsFolder: "/nowhere"))
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread.detachNewThread {
                            let outcome = performance.run(startAt: nil, stop: StopFlag(), listener: StageListener())
                            continuation.resume(returning: (agent.number, outcome.statistics.objects))
                        }
                    }
                }
            }
            var counts = plan.agents.map { _ in ObjectCounts() }
            for await (number, made) in group { counts[number - 1] = made }
            return counts
        }
    }

    private func files(below folder: URL) -> Set<String> {
        var files: Set<String> = []
        for case let name as String in FileManager.default.enumerator(atPath: folder.path) ?? FileManager.DirectoryEnumerator() {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path, isDirectory: &isDirectory)
            if !isDirectory.boolValue { files.insert(name) }
        }
        return files
    }
}
