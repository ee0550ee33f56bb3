import Foundation
import Measurement
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("A load")
struct LoadTests {
    @Test("Its intervals add up exactly to what it reports, for every operation")
    func intervalsSumToTotal() async throws {
        try await rehearse { stage in
            let sizes = SizeDistribution.uniform(minimum: ByteCount(1), maximum: ByteCount(20_000))
            let sets = [stage.set(50, sizes: sizes), stage.set(3000, prefix: "deletable-")]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 4)))
            let mix = mix(stage.base)
            let done = await stage.perform(.load(stage.load(mix, sets: sets, duration: .milliseconds(500))))
            #expect(done.outcome.end == .completed)
            #expect(done.intervals.count > 2)
            var sum = StatisticsTable()
            for interval in done.intervals { sum.merge(interval.table) }
            #expect(sum == done.outcome.statistics.table)
            for kind in OperationKind.allCases { #expect(done.outcome.statistics.count(kind) > 0, "\(kind)") }
            #expect(done.outcome.statistics.table.total.errors == 0, "\(done.outcome.statistics.errorSamples)")
            #expect(done.progress.operations == done.outcome.statistics.table.total.count)
            #expect(done.intervals.map(\.index) == Array(0..<done.intervals.count))
            for (earlier, later) in zip(done.intervals, done.intervals.dropFirst()) { #expect(earlier.end == later.begin) }
        }
    }

    @Test("It makes as many files as it counts puts, with as many bytes")
    func countsMatchFiles() async throws {
        try await rehearse { stage in
            let put = LoadOperation(
                kind: .put, uri: stage.base, weight: 1, sizes: .uniform(minimum: ByteCount(10), maximum: ByteCount(9000)))
            let done = await stage.perform(.load(stage.load([put], tasks: 300)))
            let files = try stage.files(below: "data")
            let sizes = try files.map { try stage.size(of: "data/\($0)") }
            #expect(done.outcome.statistics.count(.put) == 300)
            #expect(files.count == 300)
            #expect(files.allSatisfy { $0.hasPrefix("obj_") })
            #expect(UInt64(sizes.reduce(0, +)) == done.outcome.statistics.table.total(of: OperationKind.put).bytes)
            #expect(Set(sizes).count > 200, "uniform sizes differ")
            #expect(done.outcome.ledger.entries.reduce(0) { $0 + $1.count } == 300)
        }
    }

    @Test(
        "A number of tasks is kept exactly, whatever the number of workers",
        arguments: [(1, 1), (7, 1000), (16, 5), (3, 4099)] as [(Int, UInt64)])
    func taskLimitIsExact(workers: Int, tasks: UInt64) async throws {
        try await rehearse { stage in
            try stage.write("data/one", bytes: 10)
            let get = LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)
            let work = stage.load([get], duration: .seconds(600), tasks: tasks, workers: workers)
            let done = await stage.perform(.load(work))
            #expect(done.outcome.end == .completed)
            #expect(done.outcome.statistics.count(.get) == tasks)
        }
    }

    @Test("Its tasks end it before its longest duration, and that duration before its tasks")
    func hybridEnds() async throws {
        try await rehearse { stage in
            try stage.write("data/one", bytes: 10)
            let get = LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)
            let byTasks = await stage.perform(.load(stage.load([get], duration: .seconds(3600), tasks: 50)))
            #expect(byTasks.outcome.end == .completed)
            #expect(byTasks.outcome.statistics.count(.get) == 50)
            let byTime = await stage.perform(.load(stage.load([get], duration: .milliseconds(100), tasks: 1 << 50)))
            #expect(byTime.outcome.end == .completed)
            #expect(byTime.outcome.statistics.count(.get) > 0)
        }
    }

    @Test("It says how many objects each of its patterns has")
    func foundObjects() async throws {
        try await rehearse { stage in
            let sets = [stage.set(20)]
            try stage.write("own/one", bytes: 10)
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 2)))
            let operations = ["\(stage.base)prepared-*.dat", "file://\(stage.folder.path)/own/*"].map {
                LoadOperation(kind: .get, uri: $0, weight: 1)
            }
            let lines = await stage.perform(.load(stage.load(operations, sets: sets, tasks: 10))).lines
            #expect(lines.contains("Found 20 objects for GET pattern: \(operations[0].uri)"), "\(lines)")
            #expect(lines.contains("Found 1 objects for GET pattern: \(operations[1].uri)"), "\(lines)")
        }
    }

    @Test("Operations come as often as their weights say (χ², p = 0.001)")
    func weightsHold() async throws {
        try await rehearse { stage in
            let sets = [stage.set(20)]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 2)))
            let weights: [(kind: OperationKind, weight: Double)] = [(.get, 60), (.put, 25), (.stat, 10), (.list, 5)]
            let mix = weights.map { kind, weight in
                LoadOperation(
                    kind: kind, uri: kind == .get || kind == .stat ? "\(stage.base)*" : "file://\(stage.folder.path)/puts/", weight: weight,
                    sizes: .fixed(ByteCount(1)))
            }
            try FileManager.default.createDirectory(atPath: "\(stage.folder.path)/puts", withIntermediateDirectories: true)
            let done = await stage.perform(.load(stage.load(mix, sets: sets, tasks: 4000)))
            let square = weights.reduce(0.0) { sum, entry in
                let expected = 4000 * entry.weight / 100
                let difference = Double(done.outcome.statistics.count(entry.kind)) - expected
                return sum + difference * difference / expected
            }
            #expect(square < 16.27, "χ² with three degrees of freedom")
        }
    }

    @Test("Warm-up is in no figure, and marked where it is shown")
    func warmupIsLeftOut() async throws {
        try await rehearse { stage in
            try stage.write("data/one", bytes: 10)
            let get = LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)
            var work = stage.load([get], duration: .milliseconds(500))
            work.warmup = .milliseconds(230)
            let start = SystemClock.now + .milliseconds(20)
            let done = await stage.perform(.load(work), startAt: start)
            let statistics = done.outcome.statistics
            #expect(statistics.warmupOperations > 0)
            #expect(statistics.table.total.count > 0)
            #expect(statistics.warmupOperations + statistics.table.total.count == done.progress.operations)
            #expect(statistics.begin >= start + .milliseconds(230))
            #expect(statistics.firstOperation.map { $0 >= start && $0 < statistics.begin } == true)
            let warm = done.intervals.filter(\.isWarmup)
            #expect(warm.last?.end == statistics.begin)
            #expect(warm.reduce(0) { $0 + $1.table.total.count } == statistics.warmupOperations)
        }
    }

    @Test("Nothing is done before the moment ordered for the start")
    func startIsKept() async throws {
        try await rehearse { stage in
            try stage.write("data/one", bytes: 10)
            let start = SystemClock.now + .milliseconds(150)
            let done = await stage.perform(
                .load(stage.load([LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)], tasks: 10)), startAt: start)
            #expect(done.outcome.statistics.firstOperation.map { $0 >= start } == true)
        }
    }

    @Test("An object set is read as a whole: after enough gets, nearly each has been read")
    func getsCoverTheSet() async throws {
        try await rehearse { stage in
            // Sizes are different for each object, so that bytes tell which ones were read.
            let set = stage.set(8, sizes: .uniform(minimum: ByteCount(1), maximum: ByteCount(1_000_000)))
            _ = await stage.perform(.prepare(PrepareWork(sets: [set], workers: 1)))
            let done = await stage.perform(
                .load(stage.load([LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)], sets: [set], tasks: 200, workers: 1)))
            let mean = Double(done.outcome.statistics.table.total.bytes) / 200
            let sizes = (0..<8).map { Double(PlannedObjects(set).size($0)) }
            let expected = sizes.reduce(0, +) / 8
            #expect(abs(mean - expected) < expected * 0.3)
        }
    }

    private func mix(_ base: String) -> [LoadOperation] {
        [
            LoadOperation(kind: .get, uri: "\(base)*", weight: 40),
            LoadOperation(kind: .put, uri: "\(base)new/{}.bin", weight: 20, sizes: .fixed(ByteCount(5000))),
            LoadOperation(kind: .stat, uri: "\(base)prepared-*", weight: 15),
            LoadOperation(kind: .list, uri: "\(base)prepared-0000000", weight: 5),
            LoadOperation(kind: .delete, uri: "\(base)*", weight: 10),
            LoadOperation(kind: .mkdir, uri: "\(base)dir-{}", weight: 6),
            LoadOperation(kind: .rmdir, uri: "\(base)dir-{}", weight: 4),
        ]
    }
}
