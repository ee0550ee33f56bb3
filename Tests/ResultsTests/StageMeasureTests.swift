import Measurement
import Results
import Testing
import Vocabulary

/// Over whom and when figures are, who was slow, and the figures without them.
@Suite struct StageMeasureTests {
    private static let agents = (1...3).map { AgentID(number: $0) }

    private func statistics(_ operations: Int, from begin: Int, to end: Int, slowness: Int64 = 10) -> StageStatistics {
        var statistics = SampleRun.statistics(stage: 2, operations: operations, slowness: slowness)
        statistics.begin = Moment(nanoseconds: Int64(begin) * 1_000_000_000)
        statistics.end = Moment(nanoseconds: Int64(end) * 1_000_000_000)
        return statistics
    }

    @Test("The window is when all were at work on the run's clock, whatever theirs says, and who is missing is named")
    func window() throws {
        let parts = [Self.agents[0]: statistics(100, from: 10, to: 40), Self.agents[1]: statistics(100, from: 3612, to: 3643)]
        let offsets = [Self.agents[0]: Duration.zero, Self.agents[1]: .seconds(3600)]
        let measure = StageMeasure(merging: parts, participants: Set(Self.agents)) { agent, moment in
            offsets[agent].map { (moment - $0) - Moment.zero }
        }
        #expect(measure.agents == 2 && measure.missing == [Self.agents[2]])
        #expect(measure.window == .init(begin: .seconds(12), end: .seconds(40)))
        #expect(measure.elapsed == .seconds(31))
        #expect(measure.slow.isEmpty && measure.withoutSlow.isEmpty)
    }

    @Test("An agent below half of the median is slow, since when it was in every interval; the figures without it are those of the others")
    func slow() throws {
        let parts = [
            Self.agents[0]: statistics(1000, from: 0, to: 10), Self.agents[1]: statistics(1000, from: 0, to: 10),
            Self.agents[2]: statistics(100, from: 0, to: 10, slowness: 1000),
        ]
        let measure = StageMeasure(merging: parts, slowSince: { $0 == Self.agents[2] ? .seconds(4) : nil })
        #expect(measure.slow.map(\.agent) == [Self.agents[2]])
        #expect(measure.slow.first?.shareOfMedian == 0.1 && measure.slow.first?.since == .seconds(4))
        #expect(measure.operations.first?.count == 2100 && measure.withoutSlow.first?.count == 2000)
        let (all, without) = (try #require(measure.operations.first).p99, try #require(measure.withoutSlow.first).p99)
        #expect(all > 5 * without)
        let event = Event(sequence: 1, utc: "", elapsed: .zero, kind: .stageMeasured(StageOrder(2), measure))
        #expect(try Event(line: event.line()) == event)
    }

    @Test("Slow is counted from the first interval of those without a break, and forgotten where it was fast again")
    func since() throws {
        var live = LiveStage(stage: StageOrder(2))
        func second(_ index: Int, _ rates: [Int]) throws -> SlowestAgent {
            for (agent, operations) in zip(Self.agents, rates) {
                live.add(
                    IntervalStatistics(
                        stage: StageOrder(2), index: index, begin: Moment(nanoseconds: Int64(index) * 1_000_000_000),
                        end: Moment(nanoseconds: Int64(index + 1) * 1_000_000_000),
                        table: SampleRun.statistics(stage: 2, operations: operations).table), from: agent)
            }
            let figures = live.figures(elapsed: .seconds(index + 1))
            return try #require(figures?.slowest)
        }
        #expect(try second(0, [100, 100, 90]).since == nil)
        #expect(try second(1, [100, 100, 10]).since == .seconds(1))
        #expect(try second(2, [100, 100, 10]).since == .seconds(1))
        #expect(live.slowSince(Self.agents[2]) == .seconds(1) && live.slowSince(Self.agents[0]) == nil)
        #expect(try second(3, [100, 100, 80]).since == nil)
        #expect(try second(4, [100, 100, 20]).since == .seconds(4))
    }
}
