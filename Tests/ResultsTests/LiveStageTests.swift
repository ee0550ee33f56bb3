import Measurement
import Results
import Testing
import Vocabulary

@Suite struct LiveStageTests {
    private func interval(_ index: Int, operations: Int, slowness: Int64 = 10, warmup: Bool = false) -> IntervalStatistics {
        IntervalStatistics(
            stage: StageOrder(2), index: index, begin: Moment(nanoseconds: Int64(index) * 1_000_000_000),
            end: Moment(nanoseconds: Int64(index + 1) * 1_000_000_000), isWarmup: warmup,
            table: SampleRun.statistics(stage: 2, operations: operations, slowness: slowness).table)
    }

    @Test("live figures add up rates and merge latencies, and name the slowest agent")
    func merged() throws {
        var live = LiveStage(stage: StageOrder(2))
        live.add(interval(0, operations: 1000), from: AgentID(number: 1))
        live.add(interval(0, operations: 1000), from: AgentID(number: 2))
        live.add(interval(0, operations: 100, slowness: 1000), from: AgentID(number: 3))
        let taken = live.figures(elapsed: .seconds(1))
        let figures = try #require(taken)
        let get = try #require(figures.operations.first)
        #expect(figures.operations.count == 1)
        #expect(get.operationsPerSecond == 2100)
        #expect(get.count == 2100)
        // 2000 latencies up to 10 ms, 100 up to 100 ms: the 99th percentile of all is the 79th of the slow agent's.
        #expect(abs(get.p99 - 79_000) < 790)
        #expect(figures.slowest?.agent == AgentID(number: 3))
        #expect(figures.slowest?.shareOfMedian == 0.1)
        #expect(figures.agents == 3)
    }

    @Test("an interval that comes again, or late, or of another stage, counts nothing")
    func once() throws {
        var live = LiveStage(stage: StageOrder(2))
        live.add(interval(1, operations: 10), from: AgentID(number: 1))
        live.add(interval(1, operations: 10), from: AgentID(number: 1))
        live.add(interval(0, operations: 10), from: AgentID(number: 1))
        var other = interval(2, operations: 10)
        other.stage = StageOrder(1)
        live.add(other, from: AgentID(number: 1))
        let first = live.figures(elapsed: .seconds(1))
        #expect(first?.operationsDone == 10)
        let nothing = live.figures(elapsed: .seconds(2))
        #expect(nothing == nil)
        live.add(interval(2, operations: 5), from: AgentID(number: 1))
        let taken = live.figures(elapsed: .seconds(3))
        let next = try #require(taken)
        #expect(next.operationsDone == 15)
        #expect(next.operations.first?.count == 5)
        #expect(next.slowest == nil)
    }

    @Test("the warm-up is marked while any agent is in it")
    func warmup() {
        var live = LiveStage(stage: StageOrder(2))
        live.add(interval(0, operations: 1, warmup: true), from: AgentID(number: 1))
        live.add(interval(0, operations: 1), from: AgentID(number: 2))
        let figures = live.figures(elapsed: .seconds(1))
        #expect(figures?.isWarmup == true)
    }

    @Test("objects of a prepare are counted over all agents, those found there too, with a pace that does not jump")
    func objects() throws {
        var live = LiveStage(stage: StageOrder(2))
        var paces: [Double] = []
        for second in 0..<4 {
            for agent in 1...2 {
                var one = interval(second, operations: 5)
                // All that was there already is seen in the first second.
                one.objects = second == 0 ? 500 : 50
                live.add(one, from: AgentID(number: agent))
            }
            let figures = live.figures(elapsed: .seconds(second + 1))
            paces.append(try #require(figures).objectsPerSecond)
            #expect(figures?.objectsDone == UInt64(1000 + 100 * second))
        }
        #expect(paces == [1000, 820, 676, 560.8])
    }
}
