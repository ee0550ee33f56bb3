import Foundation
import Measurement
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("Preparing objects")
struct PrepareTests {
    private let sizes = SizeDistribution.uniform(minimum: ByteCount(1), maximum: ByteCount(5000))

    @Test("Three agents that share storage make each object once, together all", arguments: [PrepareWork.Strategy.sequential, .parallel])
    func sharesPartition(strategy: PrepareWork.Strategy) async throws {
        try await rehearse { stage in
            var made: UInt64 = 0
            for agent in 1...3 {
                var one = stage
                one.agent = agent
                one.agentCount = 3
                let share = Share(index: agent - 1, count: 3)
                let sets = [stage.set(100, sizes: sizes, share: share), stage.set(31, sizes: sizes, prefix: "deletable-", share: share)]
                let performance = await one.perform(.prepare(PrepareWork(sets: sets, strategy: strategy, workers: 3)))
                let outcome = performance.outcome
                #expect(performance.intervals.reduce(0) { $0 + $1.objects } == outcome.statistics.objects.made, "the display shows each")
                #expect(outcome.end == .completed)
                #expect(outcome.statistics.objects.kept == 0, "no agent finds another's")
                #expect(outcome.statistics.count(.put) == outcome.statistics.objects.made)
                made += outcome.statistics.objects.made
            }
            #expect(made == 131)
            let expected = (0..<100).map { "prepared-\(padded($0)).dat" } + (0..<31).map { "deletable-\(padded($0)).dat" }
            let left = try stage.files(below: "data")
            #expect(left == Set(expected))
        }
    }

    @Test("Sizes follow from seed and index: within bounds, different, the same each time")
    func sizesReproduce() async throws {
        try await rehearse { stage in
            let set = stage.set(200, sizes: sizes)
            _ = await stage.perform(.prepare(PrepareWork(sets: [set], workers: 2)))
            let found = try (0..<200).map { try stage.size(of: "data/prepared-\(padded($0)).dat") }
            #expect(found == (0..<200).map { Int(PlannedObjects(set).size($0)) })
            #expect(found.allSatisfy { (1...5000).contains($0) })
            #expect(Set(found).count > 150)
        }
    }

    @Test("What is there with the right size stays; what has another size or is missing is made")
    func existingObjectsAreKept() async throws {
        try await rehearse { stage in
            let work = PrepareWork(sets: [stage.set(20)], workers: 2)
            _ = await stage.perform(.prepare(work))
            try stage.write("data/prepared-00000003.dat", bytes: 7)
            try FileManager.default.removeItem(atPath: "\(stage.folder.path)/data/prepared-00000005.dat")
            let again = await stage.perform(.prepare(work)).outcome.statistics
            #expect(again.objects.made == 2)
            #expect(again.objects.kept == 18)
            #expect(again.table.total.count == 2, "only puts are counted")
            #expect(try stage.size(of: "data/prepared-00000003.dat") == 100)
            var forced = work
            forced.forceOverwrite = true
            #expect(await stage.perform(.prepare(forced)).outcome.statistics.objects.made == 20)
            var trusting = work
            trusting.skipVerification = true
            try FileManager.default.removeItem(atPath: "\(stage.folder.path)/data")
            #expect(await stage.perform(.prepare(trusting)).outcome.statistics.objects.made == 0)
            #expect(try stage.files().isEmpty)
        }
    }

    @Test("After something was made it waits, and after nothing it does not")
    func waitsAfter() async throws {
        try await rehearse { stage in
            var work = PrepareWork(sets: [stage.set(3)], workers: 1)
            work.delayAfter = .milliseconds(200)
            let begin = SystemClock.now
            #expect(await stage.perform(.prepare(work)).outcome.statistics.objects.made == 3)
            #expect(SystemClock.now >= begin + .milliseconds(200))
            work.delayAfter = .seconds(3600)
            #expect(await stage.perform(.prepare(work)).outcome.end == .completed)
        }
    }

    @Test("Key prefixes shard the names by index")
    func shardsAreMade() async throws {
        try await rehearse { stage in
            var set = stage.set(40)
            set.keyPrefixShards = 16
            let outcome = await stage.perform(.prepare(PrepareWork(sets: [set], workers: 2))).outcome
            #expect(outcome.end == .completed)
            let files = try stage.files(below: "data")
            #expect(files.contains("0f/prepared-00000031.dat"))
            #expect(files.count == 40)
        }
    }

    @Test(
        "A tree has Σ width^level directories and its files where it says",
        arguments: [
            (DirectoryTree.Distribution.bottom, 27), (.all, 36),
        ])
    func treesAreMade(distribution: DirectoryTree.Distribution, files: Int) async throws {
        try await rehearse { stage in
            let tree = tree(stage, distribution)
            let outcome = await stage.perform(.prepare(PrepareWork(sets: [], trees: [tree], workers: 3))).outcome
            #expect(outcome.end == .completed)
            #expect(outcome.statistics.count(.mkdir) == 12)
            #expect(outcome.statistics.objects.made == UInt64(files))
            let found = try stage.files(below: "data")
            #expect(found.count == files)
            #expect(found.contains { $0.hasPrefix("d1_w3.dir/d2_w3.dir/file_") })
            #expect(found.contains { !$0.dropFirst("d1_w1.dir/".count).contains("/") } == (distribution == .all))
        }
    }

    @Test("Objects that cannot be made fail it, with their number and the reason")
    func failureIsNamed() async throws {
        try await rehearse { stage in
            try stage.write("data")
            let outcome = await stage.perform(.prepare(PrepareWork(sets: [stage.set(5)], workers: 2))).outcome
            guard case .failed(let why) = outcome.end else {
                Issue.record("it ended as \(outcome.end)")
                return
            }
            #expect(why.hasPrefix("5 of 5 objects and directories could not be made"))
            #expect(outcome.statistics.table.total(of: OperationKind.put).errors == 10, "each was tried twice")
            #expect(outcome.statistics.objects.failed == 5)
        }
    }

    @Test("A stop ends it with what was made until then")
    func stopEnds() async throws {
        try await rehearse { stage in
            let stop = StopFlag()
            let performance = stage.performance(.prepare(PrepareWork(sets: [stage.set(10_000_000)], workers: 2)))
            async let done = stage.perform(performance, stop: stop)
            try await eventually("objects are made") { performance.progress.operations > 0 }
            stop.stop()
            let outcome = await done.outcome
            #expect(outcome.end == .stopped)
            #expect(try UInt64(stage.files(below: "data").count) == outcome.statistics.objects.made)
        }
    }

    @Test("What fails at first and works later is made by the deferred try")
    func failuresAreRetried() async throws {
        try await rehearse { stage in
            // A directory stands in an object's place until the first try has failed.
            let inTheWay = "\(stage.folder.path)/data/prepared-00000002.dat"
            try FileManager.default.createDirectory(atPath: inTheWay, withIntermediateDirectories: true)
            var patient = stage
            patient.retryDelay = .seconds(3)
            let performance = patient.performance(.prepare(PrepareWork(sets: [stage.set(5)], workers: 1)))
            // A thread of its own, which need not wait for other tests.
            let started = WorkerThread.start {
                Pause.wait(until: SystemClock.now + .seconds(60)) { performance.progress.errors > 0 }
                rmdir(inTheWay)
            }
            #expect(started)
            let outcome = await patient.perform(performance).outcome
            #expect(outcome.end == .completed)
            #expect(outcome.statistics.objects.made == 5)
            #expect(outcome.statistics.objects.failed == 0)
            #expect(outcome.statistics.table.total.errors == 1)
        }
    }

    @Test("An interrupted prepare goes on where its ledger on the agent's own disk says, not at the beginning")
    func resumesFromLedger() async throws {
        try await rehearse { stage in
            var kept = stage
            kept.ledgerDirectory = "\(stage.folder.path)/ledger"
            let work = StageWork.prepare(PrepareWork(sets: [stage.set(3000)], workers: 2))
            let stop = StopFlag()
            let performance = kept.performance(work)
            async let interrupted = kept.perform(performance, stop: stop)
            try await eventually("a good part is made") { performance.progress.operations > 700 }
            stop.stop()
            let made = await interrupted.outcome.statistics.objects.made
            let ledger = try FileManager.default.contentsOfDirectory(atPath: "\(stage.folder.path)/ledger")
            #expect(ledger == ["muster-prepared-agent-1.json"])
            let known = try #require(PrepareCheckpoint(kept.plan([work]))?.trusted(PlannedObjects(stage.set(3000))))
            #expect(known > 0 && known <= made)
            #expect(try !stage.files(below: "data").contains { $0.contains("ledger") }, "nothing of it lies on the storage under test")
            let resumed = await kept.perform(work).outcome
            #expect(resumed.end == .completed)
            #expect(resumed.notes.contains { $0.hasPrefix("\(known) objects below") } == true)
            #expect(resumed.statistics.objects.made == 3000 - made || resumed.statistics.objects.made <= 3000 - UInt64(known))
            #expect(try stage.files(below: "data").count == 3000)
            // What it says is not believed where the objects are gone.
            try FileManager.default.removeItem(atPath: "\(stage.folder.path)/data")
            #expect(await kept.perform(work).outcome.statistics.objects.made == 3000)
            _ = await kept.perform(.cleanup(CleanupWork(sets: [stage.set(3000)], workers: 2)))
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(stage.folder.path)/ledger") == [])
        }
    }

    private func tree(_ stage: Rehearsal, _ distribution: DirectoryTree.Distribution) -> DirectoryTree {
        DirectoryTree(
            base: stage.base, width: 3, depth: 2, filesPerDirectory: 3, distribution: distribution,
            directoryMask: "d%d_w%d.dir", sizes: sizes, fill: .random, seed: 1, directoryShare: .whole, fileShare: .whole)
    }

    private func padded(_ number: Int) -> String { String(repeating: "0", count: 8 - "\(number)".count) + "\(number)" }
}
