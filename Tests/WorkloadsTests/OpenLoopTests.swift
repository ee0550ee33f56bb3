import Measurement
import Plans
import Testing
import Vocabulary

@testable import Workloads

@Suite("An open loop")
struct OpenLoopTests {
    private func load(_ stage: Rehearsal, _ perSecond: Int, _ distribution: LoadRate.Distribution, workers: Int) throws -> LoadWork {
        try stage.write("data/one", bytes: 10)
        let get = LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)
        var work = stage.load([get], duration: .seconds(1), workers: workers)
        work.rate = LoadRate(operationsPerSecond: perSecond, distribution: distribution)
        return work
    }

    // A busy machine may leave the last few unbegun; the original did the target divided by the workers.
    @Test(
        "An open loop keeps its rate whatever the number of workers, and knows how late it was",
        arguments: [(LoadRate.Distribution.exponential, 1), (.uniform, 16), (.deterministic, 64)])
    func rateIsKept(distribution: LoadRate.Distribution, workers: Int) async throws {
        try await rehearse { stage in
            let done = await stage.perform(.load(try load(stage, 256, distribution, workers: workers)))
            #expect(done.outcome.end == .completed)
            let gets = done.outcome.statistics.table.total
            #expect((200...256).contains(gets.count), "\(gets.count) of 256")
            #expect(gets.corrected.count == gets.count)
            #expect(gets.corrected.minimum >= gets.latency.minimum)
            #expect(done.intervals.reduce(0) { $0 + $1.table.total.corrected.count } == gets.count)
        }
    }

    @Test("Operations that a slow storage keeps from being begun count from when they should have, and are told of")
    func slowStorage() async throws {
        try await rehearse { stage in
            var slow = stage
            slow.slowdown = 5000
            let done = await slow.perform(.load(try load(stage, 200, .deterministic, workers: 1)))
            let gets = done.outcome.statistics.table.total
            #expect(gets.count < 150)
            #expect(gets.corrected.maximum > 2 * gets.latency.nanoseconds(atPercentile: 50), "the last was due long before it began")
            #expect(done.outcome.statistics.errorSamples.isEmpty)
            let told = done.outcome.notes.filter { $0.contains("of 200 operations that io_rate asked for could not be begun") }
            #expect(told.count == 1, "\(done.outcome.notes)")
        }
    }

    @Test("A closed loop has no intended times")
    func closedLoop() async throws {
        try await rehearse { stage in
            var work = try load(stage, 1, .uniform, workers: 2)
            work.rate = nil
            work.duration = .milliseconds(50)
            #expect(await !stage.perform(.load(work)).outcome.statistics.table.isCorrected)
        }
    }
}
