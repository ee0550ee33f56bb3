import Coordination
import Vocabulary

/// Everything that one seed decides beforehand: the rules, the fleet and what goes wrong.
struct Scenario {
    enum Fault {
        case kill(agent: Int)
        case restart(agent: Int)
        /// nil: for ever.
        case pause(agent: Int, Duration?)
        case cut(agent: Int, Duration?)
        case interrupt
        case interruptAgain
        case killController
        /// Another controller takes the run up.
        case attach
    }

    /// How the network behaves when nothing is cut.
    struct Weather {
        var delay: Duration
        var jitter: Duration
        /// Frames of a hundred that take their connection down, come twice, or are overtaken.
        var drops: Double
        var repeats: Double
        var reorders: Double
    }

    let seed: UInt64
    var rules: RunRules
    var agents: [AgentID]
    var faults: [(at: Moment, fault: Fault)] = []
    var weather: Weather
    /// Stages of a hundred that fail, and that stall without progress.
    var failing: Double
    var stalling: Double
    /// Agents of a hundred that are unreachable, silent or not ready.
    var unreachable: Double
    /// Whether collecting and withdrawing can go wrong.
    var rough: Bool

    init(seed number: UInt64) {
        var seed = Seed(number)
        self.seed = number
        // Quiet, middling or wild: most of what can go wrong is found where not everything does.
        let wildness = seed.pick([0.0, 0.3, 0.3, 1.0])
        let count = seed.percent(85) ? seed.int(1...6) : seed.percent(80) ? seed.int(7...20) : seed.int(21...64)
        agents = (1...count).map { AgentID(number: $0) }
        rules = Self.rules(agents: count, &seed)
        weather = Weather(
            delay: seed.milliseconds(0.1, 80), jitter: seed.milliseconds(0, 60), drops: 0.6 * wildness * seed.fraction(),
            repeats: 20 * wildness * seed.fraction(), reorders: 20 * wildness * seed.fraction())
        failing = seed.percent(50) ? 0 : 15 * wildness / Double(max(1, count / 4))
        stalling = seed.percent(50) ? 0 : 10 * wildness / Double(max(1, count / 4))
        unreachable = seed.percent(70) ? 0 : 15 * wildness / Double(max(1, count / 4))
        rough = wildness > 0
        addFaults(wildness: wildness, &seed)
    }

    private mutating func addFaults(wildness: Double, _ seed: inout Seed) {
        let horizon = 60_000.0
        func moment(_ seed: inout Seed) -> Moment { .zero + seed.milliseconds(0, horizon) }
        if wildness > 0 {
            for _ in 0..<seed.int(0...Int(1 + 3 * wildness)) {
                let agent = seed.int(0...agents.count - 1)
                let length = seed.percent(85) ? seed.milliseconds(100, 20_000) : nil
                let fault: Fault =
                    switch seed.int(0...9) {
                    case 0...1: .kill(agent: agent)
                    case 2: .restart(agent: agent)
                    case 3...5: .pause(agent: agent, length)
                    default: .cut(agent: agent, length)
                    }
                faults.append((moment(&seed), fault))
            }
        }
        if seed.percent(15) {
            let at = moment(&seed)
            faults.append((at, .interrupt))
            if seed.percent(50) { faults.append((at + seed.milliseconds(10, 8000), .interruptAgain)) }
        }
        if seed.percent(8) { faults.append((moment(&seed), .killController)) }
        addAttachments(&seed)
    }

    /// Controllers that are killed, each followed by another one.
    private mutating func addAttachments(_ seed: inout Seed) {
        guard seed.percent(25) else { return }
        for _ in 0..<seed.int(1...3) {
            let at = Moment.zero + seed.milliseconds(0, 60_000)
            faults.append((at, .killController))
            faults.append((at + seed.milliseconds(10, seed.percent(80) ? 8000 : 60_000), .attach))
        }
    }

    private static func rules(agents: Int, _ seed: inout Seed) -> RunRules {
        let everywhere = seed.percent(50) ? seed.pick(BarrierType.allCases) : nil
        let count = seed.int(1...4)
        let stages = (1...count).map { number -> StagePolicy in
            let type: StageType = number == count && seed.percent(60) ? .cleanup : seed.pick([.prepare, .execute, .custom])
            let barrier = everywhere ?? (seed.percent(75) ? seed.pick(BarrierType.allCases) : nil)
            return StagePolicy(
                order: StageOrder(number * 10), type: type,
                barrier: barrier.map { BarrierRules(type: $0, liveness: liveness(&seed), wait: seed.milliseconds(2000, 40_000)) },
                timeout: seed.milliseconds(5000, 60_000), optional: seed.percent(15), beginsTogether: type == .execute)
        }
        var rules = RunRules(stages: stages)
        rules.liveness = liveness(&seed)
        rules.lease = seed.milliseconds(20_000, 60_000)
        rules.onAgentLoss = seed.percent(50) ? .abort : .continue
        rules.minimumAgents = seed.percent(70) ? 1 : seed.int(1...agents)
        rules.skipUnreachable = seed.percent(50)
        rules.cleanupAfterBreak = seed.percent(75)
        rules.deployTimeout = seed.milliseconds(5000, 60_000)
        rules.readyTimeout = seed.milliseconds(5000, 30_000)
        rules.startDelay = seed.milliseconds(0, 3000)
        rules.stopTimeout = seed.milliseconds(6000, 30_000)
        rules.collectTimeout = seed.milliseconds(5000, 60_000)
        return rules
    }

    private static func liveness(_ seed: inout Seed) -> LivenessRules {
        LivenessRules(
            heartbeatInterval: seed.milliseconds(1000, 8000), missedThreshold: seed.int(1...4),
            queryTimeout: seed.milliseconds(500, 5000), queryRetries: seed.int(0...3))
    }
}
