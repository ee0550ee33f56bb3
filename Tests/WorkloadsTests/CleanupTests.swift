import Foundation
import Measurement
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("Cleaning up")
struct CleanupTests {
    @Test("What prepare and load made goes, with its directories; what others made stays")
    func exactlyOursGoes() async throws {
        try await rehearse { stage in
            try stage.write("foreign/file")
            let made = try await make(stage)
            try stage.write("data/00/prepared-99999999.dat")
            try stage.write("data/obj_1")
            try FileManager.default.createDirectory(atPath: "\(stage.folder.path)/data/empty", withIntermediateDirectories: true)
            let outcome = await stage.perform(.cleanup(made.cleanup), ledger: made.ledger).outcome
            #expect(outcome.end == .completed)
            let left = try stage.files()
            #expect(left == ["foreign/file", "data/00/prepared-99999999.dat", "data/obj_1"])
            #expect(FileManager.default.fileExists(atPath: "\(stage.folder.path)/data/empty"))
            #expect(!FileManager.default.fileExists(atPath: "\(stage.folder.path)/data/01"))
            #expect(!FileManager.default.fileExists(atPath: "\(stage.folder.path)/tree"))
            #expect(outcome.statistics.objects.deleted == made.objects)
            #expect(outcome.statistics.count(.delete) == made.objects)
            #expect(outcome.statistics.objects.missing == 0)
            #expect(outcome.ledger.isEmpty)
        }
    }

    @Test("Where nothing else is, nothing stays but the folder that was there before")
    func nothingStays() async throws {
        try await rehearse { stage in
            let made = try await make(stage)
            let outcome = await stage.perform(.cleanup(made.cleanup), ledger: made.ledger).outcome
            #expect(outcome.end == .completed)
            let left = try FileManager.default.contentsOfDirectory(atPath: stage.folder.path)
            #expect(left == [])
            #expect(outcome.statistics.objects.directoriesRemoved > 8)
        }
    }

    @Test(
        "Objects that are gone already are counted, and an error only where cleanup is strict",
        arguments: [
            CleanupWork.Mode.strict, .tolerant, .bestEffort,
        ])
    func missingObjects(mode: CleanupWork.Mode) async throws {
        try await rehearse { stage in
            let set = stage.set(10)
            _ = await stage.perform(.prepare(PrepareWork(sets: [set], workers: 2)))
            try FileManager.default.removeItem(atPath: "\(stage.folder.path)/data/prepared-00000004.dat")
            let outcome = await stage.perform(.cleanup(CleanupWork(sets: [set], mode: mode, workers: 2))).outcome
            #expect(outcome.statistics.objects.deleted == 9)
            #expect(outcome.statistics.objects.missing == (mode == .strict ? 0 : 1))
            #expect(outcome.statistics.table.total.errors == (mode == .strict ? 1 : 0))
            #expect((outcome.end == .completed) == (mode != .strict), "\(outcome.end)")
        }
    }

    @Test("Agents that share storage delete each their part, and the directory goes with the last object")
    func sharesAreDeleted() async throws {
        try await rehearse { stage in
            var agents: [(Rehearsal, CleanupWork, PutLedger)] = []
            for agent in 1...2 {
                var one = stage
                one.agent = agent
                one.agentCount = 2
                let sets = [stage.set(101, share: Share(index: agent - 1, count: 2))]
                let ledger = await one.perform(.prepare(PrepareWork(sets: sets, workers: 2))).outcome.ledger
                agents.append((one, CleanupWork(sets: sets, workers: 2), ledger))
            }
            let deleted = await withTaskGroup(of: UInt64.self) { group in
                for (agent, work, ledger) in agents {
                    group.addTask { await agent.perform(.cleanup(work), ledger: ledger).outcome.statistics.objects.deleted }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(deleted.sorted() == [50, 51])
            let left = try FileManager.default.contentsOfDirectory(atPath: stage.folder.path)
            #expect(left == [])
        }
    }

    @Test("What cannot be deleted fails it, and the ledger is kept")
    func failureKeepsLedger() async throws {
        try await rehearse { stage in
            let set = stage.set(3)
            var ledger = PutLedger()
            ledger.entries = [PutLedger.Entry(stage: StageOrder(1), kind: .put, uri: stage.base, seed: 1, upTo: 1)]
            // A directory stands where an object is expected.
            try FileManager.default.createDirectory(
                atPath: "\(stage.folder.path)/data/prepared-00000001.dat", withIntermediateDirectories: true)
            let outcome = await stage.perform(.cleanup(CleanupWork(sets: [set], workers: 1)), ledger: ledger).outcome
            guard case .failed(let why) = outcome.end else {
                Issue.record("it ended as \(outcome.end)")
                return
            }
            #expect(why.hasPrefix("1 objects could not be deleted"))
            #expect(outcome.ledger == ledger)
        }
    }

    @Test("A second run's puts do not overwrite the first one's")
    func runsDoNotCollide() async throws {
        try await rehearse { stage in
            var second = stage
            second.run = "20261125-043013-test-abcd"
            let work = StageWork.load(stage.load([put(stage)], tasks: 20))
            _ = await stage.perform(work)
            _ = await second.perform(work)
            let left = try stage.files(below: "data")
            #expect(left.count == 40)
        }
    }

    private struct Made {
        var cleanup: CleanupWork
        var ledger: PutLedger
        var objects: UInt64
    }

    /// A sharded set, a tree, puts and directories.
    private func make(_ stage: Rehearsal) async throws -> Made {
        var set = stage.set(30)
        set.keyPrefixShards = 4
        let tree = DirectoryTree(
            base: "file://\(stage.folder.path)/tree/", width: 2, depth: 2, filesPerDirectory: 2, distribution: .all,
            directoryMask: "d%d_w%d.dir", sizes: .fixed(ByteCount(1)), fill: .zero, seed: 1, directoryShare: .whole, fileShare: .whole)
        let prepared = await stage.perform(.prepare(PrepareWork(sets: [set], trees: [tree], workers: 3))).outcome
        #expect(prepared.end == .completed)
        let mix = [put(stage), LoadOperation(kind: .mkdir, uri: "\(stage.base)dirs/{}", weight: 1)]
        let loaded = await stage.perform(.load(stage.load(mix, tasks: 60)), ledger: prepared.ledger).outcome
        #expect(loaded.end == .completed)
        let puts = loaded.statistics.count(.put)
        return Made(
            cleanup: CleanupWork(sets: [set], trees: [tree], workers: 3), ledger: loaded.ledger, objects: 30 + 12 + puts)
    }

    private func put(_ stage: Rehearsal) -> LoadOperation {
        LoadOperation(kind: .put, uri: "\(stage.base)", weight: 1, sizes: .fixed(ByteCount(10)))
    }
}
