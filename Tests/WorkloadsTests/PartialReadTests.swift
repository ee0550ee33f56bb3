import Measurement
import Plans
import Testing
import Vocabulary

@testable import Workloads

@Suite("GETs of parts")
struct PartialReadTests {
    @Test(
        "Part after part of an object is all of it, then comes another; the sizes of what prepare did not make are looked up",
        arguments: [true, false])
    func sequential(isPlanned: Bool) async throws {
        try await rehearse { stage in
            let sets = isPlanned ? [stage.set(5, sizes: .fixed(ByteCount(10_000)))] : []
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 1)))
            if !isPlanned { for number in 0..<5 { try stage.write("data/found-\(number)", bytes: 10_000) } }
            let done = await read(stage, sets, .sequential, tasks: 30)
            #expect(done.count(.get) == 30 && done.table.total.count == 30)
            #expect(done.table.total.bytes == 100_000)
        }
    }

    @Test("At random each part comes about as often, at the beginning always the first")
    func random() async throws {
        try await rehearse { stage in
            let sets = [stage.set(5, sizes: .fixed(ByteCount(10_000)))]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 1)))
            let bytes = await read(stage, sets, .random, tasks: 900).table.total.bytes
            // Of three parts the last has 1,808 bytes: 300 of them, give or take five standard deviations.
            let last = (900 * 4096 - bytes) / (4096 - 1808)
            #expect((230...370).contains(last), "\(last)")
            #expect(await read(stage, sets, .start, tasks: 30).table.total.bytes == 30 * 4096)
        }
    }

    @Test("A large object read in parts at once is one GET of all its bytes, and one error where it is not there")
    func splits() async throws {
        try await rehearse { stage in
            let sets = [stage.set(3, sizes: .fixed(ByteCount(1_000_001)))]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 1)))
            var work = stage.load([LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)], sets: sets, tasks: 20, workers: 2)
            work.ranges.isEnabled = true
            (work.ranges.chunkSize, work.ranges.minimumSplitSize) = (ByteCount(100_000), ByteCount(1_000_001))
            work.ranges.maximumConcurrentRanges = 4
            let done = await stage.perform(.load(work)).outcome.statistics
            #expect(done.table.total.bytes == 20 * 1_000_001)
            #expect(done.table.rows.keys.map(\.bucket) == [.upTo4MiB])
            // Whatever stands there now is too short: a part of it is missing.
            for number in 0..<3 { try stage.write("data/prepared-0000000\(number).dat", bytes: 950_000) }
            let short = await stage.perform(.load(work)).outcome.statistics
            #expect(short.table.total.errors == 20)
            #expect(short.errorSamples.map(\.cause) == ["integrity"])
        }
    }

    private func read(_ stage: Rehearsal, _ sets: [ObjectSet], _ offsets: PartialRead.Offsets, tasks: UInt64) async -> StageStatistics {
        var get = LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)
        get.part = PartialRead(length: ByteCount(4096), offsets: offsets)
        return await stage.perform(.load(stage.load([get], sets: sets, tasks: tasks, workers: 1))).outcome.statistics
    }
}
