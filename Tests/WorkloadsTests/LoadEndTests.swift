import Foundation
import Measurement
import Plans
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("How a load ends")
struct LoadEndTests {
    @Test("A stop ends it, and what was counted until then is reported")
    func stopEnds() async throws {
        try await rehearse { stage in
            try stage.write("data/one", bytes: 10)
            let performance = stage.performance(.load(stage.load([get(stage)], duration: .seconds(3600))))
            let stop = StopFlag()
            async let done = stage.perform(performance, stop: stop)
            try await eventually("operations are counted") { performance.progress.operations > 0 }
            stop.stop()
            let outcome = await done.outcome
            #expect(outcome.end == .stopped)
            #expect(outcome.statistics.table.total.count > 0)
        }
    }

    @Test("What is ordered to be complete at a moment is, with no error and nothing stopped; its last operations are counted")
    func completed() async throws {
        try await rehearse { stage in
            try stage.write("data/one", bytes: 10)
            let performance = stage.performance(.load(stage.load([get(stage)], duration: .seconds(3600))))
            let stop = StopFlag()
            async let done = stage.perform(performance, stop: stop)
            try await eventually("operations are counted") { performance.progress.operations > 0 }
            let moment = SystemClock.now + .milliseconds(150)
            stop.finish(at: moment)
            stop.finish(at: moment + .seconds(60))
            let (outcome, intervals) = await (done.outcome, done.intervals)
            #expect(outcome.end == .completed && outcome.notes.isEmpty)
            #expect(outcome.statistics.end >= moment && outcome.statistics.end < moment + .seconds(30))
            #expect(outcome.statistics.table.total.errors == 0)
            #expect(intervals.reduce(0) { $0 + $1.table.total.count } == outcome.statistics.table.total.count)
            // Of the host: whose it is, and how long its processors had.
            #expect(intervals.allSatisfy { $0.host.kernel != 0 && $0.host.network != 0 && $0.host.kernel == intervals[0].host.kernel })
            #expect(intervals.reduce(0) { $0 + $1.host.cpu.all } > 0)
        }
    }

    @Test("A stop before the start leaves nothing to count")
    func stopBeforeStart() async throws {
        try await rehearse { stage in
            try stage.write("data/one", bytes: 10)
            let stop = StopFlag()
            stop.stop()
            let done = await stage.perform(
                .load(stage.load([get(stage)], duration: .seconds(5))), startAt: SystemClock.now + .seconds(3600), stop: stop)
            #expect(done.outcome.end == .stopped)
            #expect(done.outcome.statistics.table.isEmpty)
            #expect(done.outcome.statistics.firstOperation == nil)
        }
    }

    @Test("A worker that hangs in the kernel is given up after a stop, named, and counted as an error")
    func hangingWorkerIsGivenUp() async throws {
        try await rehearse { stage in
            // Opening a pipe without a writer blocks.
            let pipe = stage.folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            let hanging = LoadOperation(kind: .get, uri: "file://\(pipe)", weight: 1)
            let performance = stage.performance(.load(stage.load([hanging], duration: .seconds(3600), workers: 1)))
            let stop = StopFlag()
            async let done = stage.perform(performance, stop: stop)
            try await eventually("the worker hangs") { performance.progress.firstOperation != nil }
            stop.stop()
            let outcome = await done.outcome
            #expect(outcome.end == .stopped)
            #expect(outcome.notes == ["1 worker is still in an operation that does not end; given up"])
            #expect(outcome.statistics.table.total.errors == 1)
            // Lets its thread go.
            let writer = open(pipe, O_RDWR | O_NONBLOCK)
            close(writer)
        }
    }

    @Test("More errors than are allowed fail it, with a count and an example of each kind")
    func errorsFail() async throws {
        try await rehearse { stage in
            var work = stage.load([LoadOperation(kind: .get, uri: "\(stage.base)none", weight: 1)], duration: .seconds(3600))
            work.errors.maximumTotalErrors = 10
            let outcome = await stage.perform(.load(work)).outcome
            guard case .failed(let why) = outcome.end else {
                Issue.record("it ended as \(outcome.end)")
                return
            }
            #expect(why.contains("errors, more than are allowed"))
            #expect(why.contains("cannot read \(stage.base)none: No such file or directory"))
            #expect(outcome.statistics.table.total.errors > 10)
            #expect(outcome.statistics.table.total.count == 0)
            #expect(outcome.statistics.errorSamples.count == 1)
            #expect(outcome.statistics.errorSamples.first?.count == outcome.statistics.table.total.errors)
        }
    }

    @Test("As many errors as are allowed do not fail it")
    func fewErrorsAreCounts() async throws {
        try await rehearse { stage in
            var work = stage.load([LoadOperation(kind: .stat, uri: "\(stage.base)none", weight: 1)], tasks: 10)
            work.errors.maximumTotalErrors = 10
            let outcome = await stage.perform(.load(work)).outcome
            #expect(outcome.end == .completed)
            #expect(outcome.statistics.table.total(of: OperationKind.stat).errors == 10)
        }
    }

    @Test("A pattern that matches nothing fails it before it begins")
    func emptyPatternFails() async throws {
        try await rehearse { stage in
            let outcome = await stage.perform(.load(stage.load([get(stage)], tasks: 10))).outcome
            #expect(outcome.end == .failed(why: "no object matches \(stage.base)*"))
        }
    }

    @Test("DELETE takes each object of its pool once, then leaves the rest of the mix to go on, and says so", arguments: [1, 4])
    func deletesRunOut(workers: Int) async throws {
        try await rehearse { stage in
            let sets = [stage.set(10), stage.set(100, prefix: "deletable-")]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 2)))
            let mix = [get(stage), LoadOperation(kind: .delete, uri: "\(stage.base)*", weight: 1)]
            let outcome = await stage.perform(.load(stage.load(mix, sets: sets, tasks: 1000, workers: workers))).outcome
            #expect(outcome.end == .completed)
            let (deleted, got) = (outcome.statistics.count(.delete), outcome.statistics.count(.get))
            // A worker that took its last few may be out of tasks before they are deleted.
            #expect(workers == 1 ? deleted == 100 : (80...100).contains(deleted))
            #expect(deleted + got == 1000)
            #expect(outcome.statistics.table.total.errors == 0)
            #expect(outcome.notes.count == 1)
            let left = try stage.files(below: "data")
            #expect(UInt64(left.count) == 110 - deleted)
        }
    }

    @Test("Slowed down ten times, its operations take about ten times as long")
    func slowdownSlows() async throws {
        try await rehearse { stage in
            try stage.write("data/one", bytes: 100_000)
            var slow = stage
            slow.slowdown = 10
            let work = StageWork.load(stage.load([get(stage)], tasks: 400, workers: 1))
            let fast = await stage.perform(work).outcome.statistics.table.total.latency
            let slowed = await slow.perform(work).outcome.statistics.table.total.latency
            #expect(slowed.minimum >= 5 * fast.minimum, "\(slowed.minimum) ns and \(fast.minimum) ns")
            #expect(slowed.count == fast.count)
        }
    }

    @Test("No more workers than are allowed are in one operation at once")
    func concurrencyIsBounded() async throws {
        let gate = Gate(limit: 2)
        let (inside, most, done) = (Counter(), Counter(), Counter())
        for _ in 0..<6 {
            let started = WorkerThread.start {
                for _ in 0..<50 where gate.enter(unless: { false }) {
                    most.raise(to: inside.add(1))
                    Pause.yield()
                    inside.add(-1)
                    gate.leave()
                }
                done.add(1)
            }
            #expect(started)
        }
        try await eventually("all have passed") { done.value == 6 }
        #expect((1...2).contains(most.value))
    }

    private func get(_ stage: Rehearsal) -> LoadOperation { LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1) }
}

/// A number that several threads count.
private final class Counter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    @discardableResult
    func add(_ more: Int) -> Int {
        number.withLock {
            $0 += more
            return $0
        }
    }

    func raise(to value: Int) { number.withLock { $0 = max($0, value) } }
}
