import Plans
import Testing
import Vocabulary

@testable import Workloads

@Suite("The intended times of an open loop")
struct ScheduleTests {
    /// Times of the operations of all agents before `duration` is over, in nanoseconds.
    private func times(_ perSecond: Int, _ distribution: LoadRate.Distribution, agents: Int, before duration: Duration) -> [Int64] {
        (0..<agents).flatMap { index in
            let rate = LoadRate(operationsPerSecond: perSecond, distribution: distribution, share: Share(index: index, count: agents))
            var reader = Schedule.Reader(Schedule(rate, seed: 42))
            var times: [Int64] = []
            while true {
                let time = reader.offset(of: times.count)
                guard time < duration.wholeNanoseconds else { return times }
                times.append(time)
            }
        }.sorted()
    }

    @Test(
        "A rate is that of all agents and workers together, whichever its distribution",
        arguments: [LoadRate.Distribution.exponential, .uniform, .deterministic], [(1, 1000), (3, 1000), (8, 5000), (7, 333)])
    func rate(distribution: LoadRate.Distribution, fleet: (agents: Int, perSecond: Int)) {
        let count = times(fleet.perSecond, distribution, agents: fleet.agents, before: .seconds(30)).count
        let wanted = fleet.perSecond * 30
        #expect(abs(count - wanted) <= wanted / 200, "\(count) of \(wanted)")
    }

    @Test("Deterministic beginnings of several agents are one every 1/rate, none at another's time", arguments: [1, 3, 8])
    func deterministic(agents: Int) {
        #expect(times(1000, .deterministic, agents: agents, before: .seconds(2)) == (0..<2000).map { Int64($0) * 1_000_000 })
    }

    @Test(
        "Gaps between beginnings are spread as the distribution says",
        arguments: [(LoadRate.Distribution.exponential, 1.0), (.uniform, 0.577), (.deterministic, 0)])
    func gaps(distribution: LoadRate.Distribution, deviation: Double) {
        let times = times(1000, distribution, agents: 1, before: .seconds(100))
        let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) / 1_000_000 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let square = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        #expect(abs(mean - 1) < 0.005)
        #expect(abs(square.squareRoot() - deviation) < 0.02)
        #expect(zip(times.dropFirst(), times).allSatisfy { $0 >= $1 })
    }

    @Test("Agents' chances are their own, and the same in each run")
    func seeds() {
        func first(_ index: Int, seed: UInt64) -> Int64 {
            var reader = Schedule.Reader(Schedule(LoadRate(operationsPerSecond: 100, share: Share(index: index, count: 2)), seed: seed))
            return reader.offset(of: 5)
        }
        #expect(first(0, seed: 1) == first(0, seed: 1))
        #expect(Set([first(0, seed: 1), first(1, seed: 1), first(0, seed: 2)]).count == 3)
    }

    @Test("No rate and no number is too large to be counted")
    func extremes() {
        for perSecond in [1, Int.max] {
            for distribution in [LoadRate.Distribution.exponential, .deterministic] {
                let rate = LoadRate(operationsPerSecond: perSecond, distribution: distribution)
                var reader = Schedule.Reader(Schedule(rate, seed: 1))
                #expect(reader.offset(of: 1 << 40) >= 0)
                #expect(Schedule(rate, seed: 1).count(before: .seconds(315_360_000)) > 0)
            }
        }
    }
}
