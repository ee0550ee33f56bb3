import Measurement
import Plans
import Results
import Testing
import Vocabulary

@testable import Controller

@Suite("Watching a load for its steady state")
struct SteadyStateWatchTests {
    private static let agents = [AgentID(number: 1), AgentID(number: 2), AgentID(number: 3)]
    /// Agents' clocks minus the controller's.
    private static let offsets: [Duration] = [.seconds(-40_000), .milliseconds(3), .seconds(7)]

    private var policy: SteadyStatePolicy {
        var policy = SteadyStatePolicy()
        policy.window = .seconds(20)
        return policy
    }

    /// Tenths of a second of all agents; `rate`: operations a second of an agent in a second; nil: it did not tell of that interval.
    private func play(
        _ watch: inout SteadyStateWatch, seconds: Int, working: (Int) -> Set<AgentID> = { _ in Set(agents) },
        rate: (_ agent: Int, _ tenth: Int) -> Int?
    ) -> Int? {
        for tenth in 0..<(seconds * 10) {
            for (place, agent) in Self.agents.enumerated() where working(tenth).contains(agent) {
                guard let rate = rate(place, tenth) else { continue }
                // Agents begin a little apart from each other.
                let begin = Moment(nanoseconds: Int64(tenth) * 100_000_000 + Int64(place) * 1_000_000) + Self.offsets[place]
                var table = StatisticsTable()
                for _ in 0..<(rate / 10) { table.record(.get, size: 4096, nanoseconds: 1000, bytes: 4096) }
                let interval = IntervalStatistics(
                    stage: StageOrder(2), index: tenth, begin: begin, end: begin + .milliseconds(100), isWarmup: tenth < 0, table: table)
                if watch.add(interval, from: agent, offset: Self.offsets[place], working: working(tenth)) { return tenth }
            }
        }
        return nil
    }

    @Test("The throughput is that of all agents together; it settles with the first whole window behind the first batch")
    func merged() throws {
        var watch = SteadyStateWatch(policy)
        // Each agent drifts, all together do not.
        let settled = play(&watch, seconds: 60) { agent, tenth in [1000 + tenth, 2000 - 2 * tenth, 500 + tenth][agent] / 10 * 10 }
        #expect(settled == 209)
        let finding = watch.finding
        #expect(finding.unrest == nil && finding.after == .seconds(21))
        #expect(abs((finding.mean ?? 0) - 3500) < 40)
        #expect(finding.text.hasPrefix("settled after 21.0 s: 3") && finding.text.contains("(95.0 % confidence) over the last 20.0 s"))
    }

    @Test("A drift of one agent is a drift of all, and it is said by how much")
    func drifting() {
        var watch = SteadyStateWatch(policy)
        #expect(play(&watch, seconds: 60) { agent, tenth in agent == 0 ? 1000 + 10 * (tenth / 2) : 1000 } == nil)
        #expect(watch.finding.unrest?.hasPrefix("it rose by ") == true, "\(watch.finding.text)")
        #expect(watch.finding.text.hasPrefix("did not settle within "))
    }

    @Test("After a hole in what an agent told the window begins anew")
    func hole() throws {
        var watch = SteadyStateWatch(policy)
        let settled = play(&watch, seconds: 60) { agent, tenth in agent == 1 && (150..<160).contains(tenth) ? nil : 1000 }
        #expect(try (355...375).contains(#require(settled)))
    }

    @Test("When an agent has left, the window begins anew with the others; the series does not stop at it")
    func leaves() throws {
        var watch = SteadyStateWatch(policy)
        let both = Set(Self.agents.prefix(2))
        let settled = play(&watch, seconds: 60, working: { $0 < 150 ? Set(Self.agents) : both }) { _, _ in 1000 }
        #expect(try (345...375).contains(#require(settled)))
        #expect(abs((watch.finding.mean ?? 0) - 2000) < 20)
    }

    @Test("An agent that tells nothing for long is a hole, and costs no memory")
    func silent() throws {
        var watch = SteadyStateWatch(policy)
        let settled = play(&watch, seconds: 400) { agent, tenth in agent == 2 && (100..<2500).contains(tenth) ? nil : 1000 }
        #expect(try (2690...2720).contains(#require(settled)))
    }

    @Test("Intervals are short enough for each batch of the shortest window")
    func intervals() {
        var stages = [20, 4].enumerated().map { place, seconds in
            var stage = StagePlan(order: StageOrder(place + 1), name: "s\(place)", type: .execute, timeout: .seconds(60))
            stage.steadyState = SteadyStatePolicy()
            stage.steadyState?.window = .seconds(seconds)
            return stage
        }
        #expect(Plan(name: "a", playbookPath: "a", agents: [], stages: stages).intervalLength(refresh: .seconds(1)) == .milliseconds(200))
        stages[1].steadyState?.window = .seconds(2)
        stages[0].steadyState = nil
        #expect(Plan(name: "a", playbookPath: "a", agents: [], stages: stages).intervalLength(refresh: .seconds(1)) == .milliseconds(100))
        #expect(Plan(name: "a", playbookPath: "a", agents: [], stages: []).intervalLength(refresh: .seconds(1)) == .seconds(1))
    }
}
