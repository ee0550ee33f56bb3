import Foundation
import Measurement
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("verify: what is read held against what was written")
struct VerifyTests {
    /// What has become of an object of 20,000 bytes on a storage that does not keep its word.
    enum Damage: String, CaseIterable {
        case another, torn, shifted, zeros, old, short, long

        /// What is said of it.
        var words: String {
            switch self {
            case .another: "from byte 0 on: there is what belongs into "
            case .torn: "from byte 8192 on: there is what belongs into "
            case .shifted: "from byte 0 on: there is what belongs at byte 4096"
            case .zeros: "from byte 4096 on: there are zeros"
            case .old: "from byte 0 on: there is what this playbook writes nowhere"
            case .short: "read 19999 bytes instead of 20000"
            case .long: "read 20001 bytes instead of 20000"
            }
        }

        func done(to right: Data, other: Data) -> Data {
            switch self {
            case .another: other
            case .torn: right[..<8192] + other[8192...]
            case .shifted: right[4096...] + right[..<4096]
            case .zeros: right[..<4096] + Data(count: 4096) + right[8192...]
            case .old: Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) })
            case .short: right[..<19_999]
            case .long: right + Data(count: 1)
            }
        }
    }

    @Test("A wrong, torn, shifted, stale or cut object is an error of class integrity that says what was found", arguments: Damage.allCases)
    func damage(_ damage: Damage) async throws {
        try await rehearse { stage in
            let sets = [stage.set(8, sizes: .fixed(ByteCount(20_000)))]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 2)))
            func file(_ number: Int) -> URL { stage.folder.appendingPathComponent("data/prepared-0000000\(number).dat") }
            try damage.done(to: try Data(contentsOf: file(3)), other: try Data(contentsOf: file(5))).write(to: file(3))
            let done = await load(stage, sets, .checksum, tasks: 300)
            #expect(done.outcome.end == .completed)
            let sample = try #require(done.outcome.statistics.errorSamples.first)
            #expect(done.outcome.statistics.errorSamples.count == 1)
            #expect(sample.cause == "integrity" && sample.kind == .get)
            #expect(sample.message.contains(file(3).path), "\(sample.message)")
            #expect(sample.message.contains(damage.words), "\(sample.message)")
            if [.another, .torn].contains(damage) { #expect(sample.message.contains("prepared-00000005.dat"), "\(sample.message)") }
            #expect(done.outcome.statistics.table.total.count + sample.count == 300)
        }
    }

    @Test("By size alone a GET and a STAT tell a cut object, and nothing else; without verify neither does")
    func sizes() async throws {
        try await rehearse { stage in
            let sets = [stage.set(4)]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 2)))
            try stage.write("data/prepared-00000001.dat", bytes: 50)
            try stage.write("data/prepared-00000002.dat", bytes: 100)
            for kind in [OperationKind.get, .stat] {
                let samples = await load(stage, sets, .size, tasks: 100, kind).outcome.statistics.errorSamples
                #expect(samples.map(\.cause) == ["integrity"])
                #expect(samples.first?.message.contains("prepared-00000001.dat") == true, "\(samples)")
                #expect(await load(stage, sets, .none, tasks: 100, kind).outcome.statistics.errorSamples.isEmpty)
            }
        }
    }

    @Test(
        "What was written is what is read, whatever its sizes, contents and repetitions: whole, in parts, and in parts at once",
        arguments: [(1, 1, Fill.random), (3, 1, .prand), (1, 4, .random), (3, 3, .random), (1, 1, .zero)])
    func right(dedup: Int, compress: Int, fill: Fill) async throws {
        try await rehearse { stage in
            let sizes = [1, 5000, 4096, 300_000, 1_600_003].map { SizeDistribution.fixed(ByteCount($0)) }
            let sets = (sizes + [.uniform(minimum: .zero, maximum: ByteCount(9000))]).enumerated().map { number, size in
                var set = stage.set(9, sizes: size, prefix: "prepared-\(number)-")
                (set.dedupFactor, set.compressFactor, set.fill, set.seed) = (dedup, compress, fill, UInt64(number))
                return set
            }
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 2)))
            let parts: [PartialRead?] = [
                nil, PartialRead(length: ByteCount(70_001)), PartialRead(length: ByteCount(5000), offsets: .sequential),
            ]
            for (part, atOnce) in parts.map({ ($0, false) }) + [(nil, true)] {
                var work = works(stage, sets, .checksum, tasks: 120, .get)
                work.operations[0].part = part
                (work.ranges.isEnabled, work.ranges.minimumSplitSize) = (atOnce, ByteCount(100_000))
                (work.ranges.chunkSize, work.ranges.maximumConcurrentRanges) = (ByteCount(64 << 10), 3)
                let done = await stage.perform(.load(work))
                #expect(done.outcome.statistics.errorSamples.isEmpty, "\(done.outcome.statistics.errorSamples)")
                #expect(done.outcome.statistics.count(.get) == 120)
                #expect(done.outcome.notes.isEmpty, "\(done.outcome.notes)")
            }
        }
    }

    @Test("What a worker has put itself is verified too, also where only some planned names fit a pattern")
    func fresh() async throws {
        try await rehearse { stage in
            let sets = [stage.set(30)]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 2)))
            var put = LoadOperation(kind: .put, uri: "\(stage.base)new-{}-1.dat", weight: 1, sizes: .fixed(ByteCount(9000)))
            put.dedupFactor = 3
            let get = LoadOperation(kind: .get, uri: "\(stage.base)*1.dat", weight: 1)
            var work = stage.load([put, get], sets: sets, tasks: 400)
            (work.verification, work.dynamicPutPool) = (.checksum, true)
            let done = await stage.perform(.load(work))
            #expect(done.outcome.statistics.table.total.errors == 0, "\(done.outcome.statistics.errorSamples)")
            #expect(done.outcome.notes.isEmpty, "\(done.outcome.notes)")
        }
    }

    @Test("What does not follow from the playbook is read, and it is said how often it was not verified")
    func unknown() async throws {
        try await rehearse { stage in
            try stage.write("data/found", bytes: 10)
            let done = await load(stage, [], .checksum, tasks: 7)
            #expect(done.outcome.statistics.table.total.errors == 0)
            #expect(done.outcome.notes == ["7 GETs and STATs were not verified: what they read does not follow from this playbook"])
        }
    }

    private func works(
        _ stage: Rehearsal, _ sets: [ObjectSet], _ verification: Verification, tasks: UInt64, _ kind: OperationKind
    ) -> LoadWork {
        var work = stage.load([LoadOperation(kind: kind, uri: "\(stage.base)*", weight: 1)], sets: sets, tasks: tasks, workers: 2)
        work.errors.maximumTotalErrors = 1000
        work.verification = verification
        return work
    }

    private func load(
        _ stage: Rehearsal, _ sets: [ObjectSet], _ verification: Verification, tasks: UInt64, _ kind: OperationKind = .get
    ) async -> Rehearsal.Performance {
        await stage.perform(.load(works(stage, sets, verification, tasks: tasks, kind)))
    }
}
