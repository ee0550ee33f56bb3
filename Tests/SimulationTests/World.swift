import Coordination
import Link
import Vocabulary

/// A pretend fleet, network and clock around the real machines, all from one seed.
final class World {
    enum Happening {
        case deployed(agent: Int, controller: Int)
        case reachFailed(agent: Int, controller: Int)
        case dial(agent: Int, incarnation: Int)
        case toAgent(agent: Int, connection: Int, Conversation<Message>.Frame)
        case fromAgent(agent: Int, connection: Int, Conversation<Message>.Frame)
        case agentTick(agent: Int, incarnation: Int, wake: Int)
        case heartbeat(agent: Int, incarnation: Int)
        case checkedItself(agent: Int, incarnation: Int)
        case loadBegins(agent: Int, incarnation: Int, epoch: UInt32)
        case loadEnds(agent: Int, incarnation: Int, epoch: UInt32, ordered: Bool)
        case seenGone(agent: Int, incarnation: Int)
        case controllerTick(wake: Int)
        case collected(agent: Int, controller: Int)
        case reap(agent: Int, controller: Int)
        case fault(Scenario.Fault)
        case healed(agent: Int)
        case over(controller: Int)
    }

    /// The way between the controller and one agent.
    struct Way {
        var isCut = false
        var isConnected = false
        var connection = 0
        /// The peer is another process than it was: nobody talks to it any more.
        var isRefused = false
        var lastArrivalThere = Moment.zero
        var lastArrivalHere = Moment.zero
    }

    let scenario: Scenario
    let mutant: Mutant?
    var random: Seed
    var now = Moment.zero
    var timeline = Timeline<Happening>()
    var machine: RunMachine
    var isControllerAlive = true
    var isOver = false
    /// Counts controllers: what one of them began, none after it sees the end of.
    var controller = 1
    var controllerWake = 0
    /// All that was told: what a controller leaves to the next.
    var facts: [RunFact] = []
    var agents: [PretendAgent]
    var ways: [Way]
    var conversations: [Conversation<Message>]
    var clocks: [ClockEstimate]
    var linkedOnce: [Bool]
    /// It had spoken to an earlier controller than the present one.
    var isKnown: [Bool]
    /// What the controller counted, an agent and epoch.
    var counts: [[UInt32: UInt64]]
    var pastEvents: [[RunEvent]]
    /// The common moment of the batch of begins at work.
    var commonMoment: Moment?
    var checkers: [any Checker]
    private(set) var violation: Violation?
    let index: [AgentID: Int]
    var happenings = 0

    init(_ scenario: Scenario, mutant: Mutant? = nil, checkers: [any Checker.Type] = everyChecker) {
        self.scenario = scenario
        self.mutant = mutant
        var random = Seed(scenario.seed ^ 0xfeed_f00d)
        let count = scenario.agents.count
        machine = RunMachine(
            rules: mutant?.distort(scenario.rules) ?? scenario.rules, agents: scenario.agents, now: .zero)
        let timeouts = Dictionary(uniqueKeysWithValues: scenario.rules.stages.map { ($0.order, $0.timeout) })
        var bounds = AgentBounds(timeouts: timeouts, lease: scenario.rules.lease)
        if mutant == .noLease { bounds.lease = .seconds(1_000_000) }
        agents = scenario.agents.enumerated().map { i, id in
            let offset = random.percent(50) ? 0 : Int64(random.int(-3600...3600)) * 1_000_000_000 + 3_600_000_000_000
            let agent = PretendAgent(
                id: id, index: i, machine: AgentMachine(rules: bounds, now: .zero), clockOffset: offset,
                drift: Int64(random.int(-200...200)))
            return agent
        }
        ways = Array(repeating: Way(), count: count)
        conversations = (0..<count).map { _ in Conversation<Message>() }
        clocks = (0..<count).map { _ in ClockEstimate() }
        linkedOnce = Array(repeating: false, count: count)
        isKnown = linkedOnce
        counts = Array(repeating: [:], count: count)
        pastEvents = Array(repeating: [], count: count)
        index = Dictionary(uniqueKeysWithValues: scenario.agents.enumerated().map { ($1, $0) })
        self.checkers = checkers.map { $0.init(scenario) }
        self.random = random
    }

    func id(_ agent: Int) -> AgentID { scenario.agents[agent] }

    func agent(_ id: AgentID) -> PretendAgent { agents[index[id]!] }

    func isRefused(_ id: AgentID) -> Bool { ways[index[id]!].isRefused }

    /// Plays the whole run; the first violation, if there is any.
    func play() -> Violation? {
        for i in agents.indices { deploy(i) }
        for (at, fault) in scenario.faults { timeline.add(.fault(fault), at: at) }
        give(.tick)
        // A run that never ends is a violation, not a simulation that never ends.
        let horizon = Moment.zero + scenario.rules.bound * 2 + .seconds(600)
        while violation == nil, let (at, what) = timeline.next() {
            now = max(now, at)
            happenings += 1
            if case .over(controller) = what, !isControllerAlive { break }
            if now > horizon { break }
            happen(what)
        }
        see(.over)
        return violation
    }

    func see(_ sighting: Sighting) {
        guard violation == nil else { return }
        for i in checkers.indices {
            guard let what = checkers[i].see(sighting, at: now, in: self) else { continue }
            violation = Violation(checker: type(of: checkers[i]).name, what: what, seed: scenario.seed, at: now)
            return
        }
    }

    func after(_ delay: Duration, _ what: Happening) { timeline.add(what, at: now + delay) }

    /// The controller has ended or was killed: the world goes on until every lease is over.
    func controllerEnds() {
        isControllerAlive = false
        for i in ways.indices { ways[i].isConnected = false }
        after(scenario.rules.lease + scenario.rules.lease / 100 + .seconds(40), .over(controller: controller))
    }

    private func happen(_ what: Happening) {
        switch what {
        case .deployed(let agent, controller): start(agent)
        case .reachFailed(let agent, controller): give(.unreachable(id(agent), why: "connection refused", mayRun: false))
        case .dial(let agent, let incarnation): dial(agent, incarnation)
        case .toAgent(let agent, let connection, let frame): arrives(frame, agent: agent, connection)
        case .fromAgent(let agent, let connection, let frame): arrives(frame, from: agent, connection)
        case .agentTick, .heartbeat, .checkedItself, .loadBegins, .loadEnds: agentHappening(what)
        case .seenGone(let agent, let incarnation):
            if agents[agent].incarnation == incarnation, !agents[agent].isAlive { give(.gone(id(agent), why: "its process ended")) }
        case .controllerTick(let wake): if wake == controllerWake { give(.tick) }
        case .collected(let agent, controller):
            give(.collected(id(agent), complete: !ways[agent].isCut && (!scenario.rough || !random.percent(5)), note: "cut"))
        case .reap(let agent, controller): reap(agent)
        case .fault(let fault): strike(fault)
        case .healed(let agent): ways[agent].isCut = false
        case .over, .deployed, .reachFailed, .collected, .reap: break
        }
    }
}
