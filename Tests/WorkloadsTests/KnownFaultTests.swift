import Foundation
import Measurement
import Plans
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Workloads

/// What programs of this kind are known to get wrong, each as a test of its own. Those that have to do with several agents stand in
/// IntegrationTests and PlaybooksTests.
@Suite("Known faults that must not be possible")
struct KnownFaultTests {
    @Test(
        "Every PUT of a size distribution has a size of its own, not all the first one's",
        arguments: [
            SizeDistribution.uniform(minimum: ByteCount(1000), maximum: ByteCount(30_000)),
            .lognormal(mean: 8000, standardDeviation: 4000, minimum: ByteCount(1), maximum: ByteCount(60_000)),
        ])
    func sizesVary(sizes: SizeDistribution) async throws {
        try await rehearse { stage in
            let put = LoadOperation(kind: .put, uri: stage.base, weight: 1, sizes: sizes)
            let done = await stage.perform(.load(stage.load([put], tasks: 400)))
            #expect(done.outcome.end == .completed)
            let found = try stage.files(below: "data").map { try Double(stage.size(of: "data/\($0)")) }
            #expect(Set(found).count > 350)
            let mean = found.reduce(0, +) / Double(found.count)
            #expect(abs(mean / sizes.meanBytes - 1) < 0.2)
        }
    }

    @Test("A zero-byte GET of an object that was made with a size is an error, not a success")
    func emptyGetIsAnError() async throws {
        try await rehearse { stage in
            let sets = [stage.set(1)]
            try stage.write("data/prepared-00000000.dat", bytes: 0)
            let done = await stage.perform(
                .load(stage.load([LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)], sets: sets, tasks: 3))
            ).outcome.statistics
            #expect(done.count(.get) == 0)
            #expect(done.table.total.errors == 3)
            #expect(done.errorSamples.first?.message.contains("read nothing of 100 bytes") == true)
        }
    }

    @Test("An object that was made without a size may be read as empty")
    func emptyObjectIsRead() async throws {
        try await rehearse { stage in
            let sets = [stage.set(1, sizes: .fixed(.zero))]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 1)))
            let get = LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)
            #expect(await stage.perform(.load(stage.load([get], sets: sets, tasks: 3))).outcome.statistics.count(.get) == 3)
        }
    }

    @Test("A workload of LIST alone works, and its operations are LIST's")
    func listAlone() async throws {
        try await rehearse { stage in
            for name in ["a", "b", "below/c"] { try stage.write("data/\(name)") }
            let done = await stage.perform(.load(stage.load([LoadOperation(kind: .list, uri: stage.base, weight: 1)], tasks: 20)))
            #expect(done.outcome.end == .completed)
            #expect(done.outcome.statistics.count(.list) == 20)
            #expect(done.outcome.statistics.table.rows.keys.allSatisfy { $0.kind == .list })
        }
    }

    @Test("LIST, STAT and DELETE are counted and timed apart", arguments: [OperationKind.list, .stat, .delete])
    func metadataIsToldApart(kind: OperationKind) async throws {
        try await rehearse { stage in
            let sets = [stage.set(30)]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 2)))
            let uri = kind == .list ? stage.base : "\(stage.base)*"
            let done = await stage.perform(.load(stage.load([LoadOperation(kind: kind, uri: uri, weight: 1)], sets: sets, tasks: 20)))
            for other in OperationKind.allCases { #expect(done.outcome.statistics.count(other) == (other == kind ? 20 : 0)) }
            #expect(done.outcome.statistics.table.total(of: kind).latency.count == 20)
        }
    }

    @Test("A hung operation does not hang the agent: after its time it is an error, and a load in which every worker hangs ends")
    func hungOperationsAreBounded() async throws {
        try await rehearse { stage in
            // Opening a pipe without a writer blocks.
            let pipe = stage.folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            let hanging = LoadOperation(kind: .get, uri: "file://\(pipe)", weight: 1)
            var work = stage.load([hanging], duration: .seconds(3600), workers: 2)
            work.operationTimeout = .milliseconds(200)
            let outcome = await stage.perform(.load(work)).outcome
            #expect(outcome.statistics.table.total.errors == 2)
            #expect(outcome.statistics.errorSamples.first?.message.contains("no answer within 0.2 s") == true)
            guard case .failed(let why) = outcome.end else {
                Issue.record("it ended as \(outcome.end)")
                return
            }
            #expect(why.hasPrefix("2 workers are still in an operation"))
            letGo(pipe)
        }
    }

    @Test("What comes back after its time is not counted a second time, and its worker goes on")
    func lateOperationsAreCountedOnce() async throws {
        try await rehearse { stage in
            let pipe = stage.folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            let hanging = LoadOperation(kind: .get, uri: "file://\(pipe)", weight: 1, concurrency: 1)
            try stage.write("data/one", bytes: 10)
            let reading = LoadOperation(kind: .get, uri: "\(stage.base)one", weight: 3)
            var work = stage.load([hanging, reading], duration: .seconds(3600), workers: 2)
            work.operationTimeout = .milliseconds(200)
            let performance = stage.performance(.load(work))
            let stop = StopFlag()
            async let done = stage.perform(performance, stop: stop)
            try await eventually("an error is counted") { performance.progress.errors > 0 }
            letGo(pipe)
            // The same worker or the other one has its turn at the pipe again, and reads the file until then.
            try await eventually("another is counted") { performance.progress.errors > 1 }
            stop.stop()
            letGo(pipe)
            let total = await done.outcome.statistics.table.total
            #expect(total.errors >= 2)
            #expect(total.count + total.errors == performance.progress.operations)
        }
    }

    /// Lets the threads go that wait for somebody to write.
    private func letGo(_ pipe: String) {
        let writer = open(pipe, O_RDWR | O_NONBLOCK)
        close(writer)
    }
}
