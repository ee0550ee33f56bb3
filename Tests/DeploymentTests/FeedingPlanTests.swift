import Testing
import Vocabulary

@testable import Deployment

@Suite struct FeedingPlanTests {
    /// Plays launches of so many hosts in rounds: whoever is sent the agent, from here or by a neighbour, has it in the next one, unless
    /// `reaches` says that this neighbour does not get through to it, or `sticks` that what is sent from here never arrives.
    private struct Fleet {
        var plan = FeedingPlan()
        var fromHere: [Int] = []
        var fed: [Int: Int] = [:]
        var failures = 0
        var rounds = 0
        var stalls = 0
        var mostAtOnce = 0

        init(
            _ count: Int, warm: Int = 0, reaches: (_ from: Int, _ to: Int) -> Bool = { _, _ in true },
            sticks: (Int) -> Bool = { _ in false }
        ) {
            for host in 1...count where host > warm { plan.wants(AgentID(number: host)) }
            for host in 1...count where host <= warm { plan.holds(AgentID(number: host)) }
            var isQuiet = false
            while fromHere.count + fed.count < count - warm || plan.isAnybodyWaiting, rounds < 100 {
                rounds += 1
                if isQuiet {
                    stalls += 1
                    plan.stalls()
                }
                let steps = plan.next()
                isQuiet = steps.isEmpty
                play(steps, reaches, sticks)
            }
        }

        private mutating func play(_ steps: [FeedingPlan.Step], _ reaches: (Int, Int) -> Bool, _ sticks: (Int) -> Bool) {
            var uses: [AgentID: Int] = [:]
            for case .give(_, .host(let source)) in steps { uses[source, default: 0] += 1 }
            mostAtOnce = max(mostAtOnce, uses.values.max() ?? 0)
            for step in steps {
                switch step {
                case .open(let holder): plan.opened(holder)
                case .give(let agent, .controller): arrives(agent, sticks)
                case .give(let agent, .host(let source)):
                    guard reaches(Self.number(source), Self.number(agent)) else {
                        failures += 1
                        plan.failed(agent)
                        arrives(agent, sticks)
                        break
                    }
                    fed[Self.number(agent)] = Self.number(source)
                    plan.succeeded(agent)
                    plan.holds(agent)
                }
            }
        }

        private mutating func arrives(_ agent: AgentID, _ sticks: (Int) -> Bool) {
            fromHere.append(Self.number(agent))
            if !sticks(Self.number(agent)) { plan.holds(agent) }
        }

        static func number(_ agent: AgentID) -> Int { Int(agent.text.drop { !$0.isNumber }) ?? 0 }
    }

    @Test("Two hosts are sent the agent from here, all others by each other, in a tree", arguments: [1, 2, 3, 8, 64, 1000])
    func tree(count: Int) {
        let fleet = Fleet(count)
        #expect(fleet.fromHere.count == min(2, count))
        #expect(fleet.fed.count == max(0, count - 2))
        #expect(fleet.fed.allSatisfy { $0.key != $0.value })
        #expect(fleet.mostAtOnce <= FeedingPlan.slots)
        #expect(fleet.rounds < 16, "each round has four times as many that have it")
        #expect(fleet.stalls == 0)
    }

    @Test("Where some hosts have it already, two more are sent it at most")
    func warm() {
        let fleet = Fleet(64, warm: 8)
        #expect(fleet.fromHere.count <= 2)
        #expect(fleet.fed.count + fleet.fromHere.count == 56)
    }

    @Test("Hosts that do not reach each other find that out by two neighbours' failures, and all are sent it from here")
    func apart() {
        let fleet = Fleet(64, reaches: { _, _ in false })
        #expect(fleet.fromHere.count == 64)
        #expect(fleet.failures == 2)
        #expect(fleet.stalls == 0)
    }

    @Test("A host that nobody reaches is sent it from here, and costs the others nothing", arguments: [1, 2, 5, 16])
    func alone(host: Int) {
        let fleet = Fleet(16, reaches: { $0 != host && $1 != host })
        #expect(fleet.fed[host] == nil)
        #expect(!fleet.fed.values.contains(host))
        #expect(fleet.fromHere.count <= 4)
        #expect(Set(fleet.fromHere).union(fleet.fed.keys).count == 16)
    }

    @Test("The first ones getting stuck keeps nobody: more and more are sent it from here")
    func stuck() {
        let fleet = Fleet(64, sticks: { $0 <= 2 })
        #expect(fleet.stalls == 1)
        #expect(fleet.fromHere.count == 4)
        #expect(Fleet(64, sticks: { _ in true }).fromHere.count == 64)
    }

    @Test("A first one whose launch breaks off is followed by another")
    func broken() {
        var plan = FeedingPlan()
        for host in 1...4 { plan.wants(AgentID(number: host)) }
        #expect(plan.next() == [1, 2].map { .give(AgentID(number: $0), .controller) })
        plan.leaves(AgentID(number: 1))
        #expect(plan.next() == [])
        plan.leaves(AgentID(number: 2))
        #expect(plan.next() == [3, 4].map { .give(AgentID(number: $0), .controller) })
    }

    @Test("A host that can hand nothing on is asked once")
    func closed() {
        var plan = FeedingPlan()
        plan.holds(AgentID(number: 1))
        for host in 2...5 { plan.wants(AgentID(number: host)) }
        #expect(plan.next().last == .open(AgentID(number: 1)))
        plan.closed(AgentID(number: 1), forGood: true)
        #expect(plan.next() == [])
        plan.stalls()
        #expect(plan.next() == [4, 5].map { .give(AgentID(number: $0), .controller) })
    }
}
