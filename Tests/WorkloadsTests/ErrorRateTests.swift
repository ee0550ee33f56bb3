import Measurement
import Plans
import Testing
import Vocabulary

@testable import Workloads

@Suite("Errors that come fast")
struct ErrorRateTests {
    private static func policy(_ threshold: Double, _ window: Duration, backoff: Duration = .seconds(5)) -> ErrorPolicy {
        var policy = ErrorPolicy()
        (policy.rateThreshold, policy.rateWindow, policy.backoff) = (threshold, window, backoff)
        return policy
    }

    /// The numbers, from 1, of the errors that are one too many, of `count` errors that come `gap` milliseconds after each other.
    private func exceeding(_ policy: ErrorPolicy, gap: Int64, count: Int) -> [Int] {
        var rate = ErrorRate(policy)
        return (1...count).filter { rate.isExceeded(at: Int64($0) * gap * 1_000_000) }
    }

    @Test("As many as the threshold allows in a window are no reason to pause, one more is, and counting begins anew")
    func threshold() {
        #expect(exceeding(Self.policy(5, .seconds(1)), gap: 100, count: 14) == [6, 12])
        #expect(exceeding(Self.policy(5, .seconds(1)), gap: 200, count: 14) == [6, 12])
        #expect(exceeding(Self.policy(5, .seconds(1)), gap: 201, count: 1000) == [])
        #expect(exceeding(Self.policy(0.5, .seconds(10)), gap: 1000, count: 7) == [6])
        #expect(exceeding(Self.policy(0, .seconds(1)), gap: 5000, count: 3) == [1, 2, 3])
    }

    @Test("A rate beyond what is remembered is held against a shorter window")
    func manyErrors() {
        #expect(exceeding(Self.policy(100_000, .seconds(10)), gap: 1, count: 200_000) == [])
        #expect(exceeding(Self.policy(999, .seconds(1000)), gap: 1, count: 65_536) == [65_536])
    }

    @Test("A load in which errors come too fast pauses, all its workers, says so, and goes on", arguments: [1, 4])
    func loadPauses(workers: Int) async throws {
        try await rehearse { stage in
            var work = stage.load([LoadOperation(kind: .get, uri: "\(stage.base)none", weight: 1)], tasks: 40, workers: workers)
            // A window in which a busy machine makes all of them, too.
            work.errors = Self.policy(0.2, .seconds(60), backoff: .milliseconds(300))
            let done = await stage.perform(.load(work))
            #expect(done.outcome.end == .completed)
            let statistics = done.outcome.statistics
            #expect(statistics.table.total.errors == 40)
            // Those under way when a pause begins count for none: the 13th, 26th, 39th, or a few later.
            let expected = workers == 1 ? 3 : 2
            #expect(statistics.duration >= .milliseconds(300) * expected)
            #expect(
                done.outcome.notes.contains {
                    $0.hasPrefix("the load paused ") && $0.hasSuffix("more than 0.2 errors a second over 60.0 s")
                })
            #expect(done.lines.count { $0.contains("the load pauses for 0.3 s") } == 1)
        }
    }

    @Test("A pause that lasts beyond the load's end is no operation more, and no shorter load")
    func pauseAtTheEnd() async throws {
        try await rehearse { stage in
            var work = stage.load(
                [LoadOperation(kind: .get, uri: "\(stage.base)none", weight: 1)], duration: .milliseconds(700), workers: 2)
            work.errors = Self.policy(0, .seconds(1), backoff: .seconds(3600))
            let statistics = await stage.perform(.load(work)).outcome.statistics
            #expect((1...2).contains(statistics.table.total.errors))
            #expect(statistics.duration >= .milliseconds(700) && statistics.duration < .seconds(60))
        }
    }
}
