import Coordination
import Vocabulary

/// Plays events to a machine at moments in seconds and remembers everything that it decided.
struct Script {
    var machine: RunMachine
    private(set) var facts: [RunFact] = []
    private(set) var actions: [RunAction] = []
    private(set) var now = Moment.zero
    private(set) var wake: Moment?
    private(set) var verdict: RunVerdict?

    /// Agents named `a`, `b`, …
    init(_ rules: RunRules, agents: Int = 3) {
        machine = RunMachine(rules: rules, agents: (0..<agents).map(Self.agent), now: .zero)
        machine.event(.tick, at: .zero).forEach { take($0) }
    }

    static func agent(_ i: Int) -> AgentID { AgentID(String(UnicodeScalar(UInt8(97 + i))))! }

    /// Gives one event now and returns what it led to, without wakes.
    @discardableResult
    mutating func give(_ event: RunEvent) -> [RunAction] {
        let led = machine.event(event, at: now)
        led.forEach { take($0) }
        return led.filter { if case .wake = $0 { false } else { true } }
    }

    /// Lets time pass, ticking whenever the machine asked for it.
    mutating func pass(to seconds: Double) {
        let until = Moment(nanoseconds: Int64(seconds * 1e9))
        while let wake, wake <= until, verdict == nil {
            now = max(now, wake)
            self.wake = nil
            give(.tick)
        }
        now = max(now, until)
    }

    /// Lets time pass with a sign of life of these agents each second.
    mutating func live(to seconds: Double, _ agents: AgentID..., progress: ((Int) -> UInt64)? = nil) {
        var second = Int(now.nanoseconds / 1_000_000_000) + 1
        while Double(second) <= seconds {
            pass(to: Double(second))
            for agent in agents { give(.signal(agent, progress: progress?(second))) }
            second += 1
        }
        pass(to: seconds)
    }

    /// Links all and makes them ready: the first stage begins.
    mutating func getReady(_ agents: AgentID...) {
        for agent in agents {
            give(.linked(agent))
            give(.ready(agent))
        }
    }

    mutating func begin(_ stage: Int, _ agents: AgentID...) {
        for agent in agents { give(.began(agent, StageOrder(stage), epoch: epoch(stage))) }
    }

    mutating func arrive(_ stage: Int, _ agents: AgentID..., outcome: StageOutcome = .completed) {
        for agent in agents { give(.arrived(agent, StageOrder(stage), epoch: epoch(stage), outcome)) }
    }

    func epoch(_ stage: Int) -> UInt32 { machine.epoch(of: StageOrder(stage)) ?? 0 }

    /// Acknowledges stops, brings results home and sees everybody gone, as a fleet without faults would.
    mutating func finish() {
        var answered = 0
        while answered < actions.count, verdict == nil {
            let action = actions[answered]
            answered += 1
            switch action {
            case .order(let id, .stop) where machine.member(id)?.owesStop == true: give(.stopped(id))
            case .collect(let id, _): give(.collected(id, complete: true, note: ""))
            case .withdraw(let id, _, _): give(.withdrawn(id, proven: true, note: ""))
            default: break
            }
        }
    }

    var phases: [RunPhase] { facts.compactMap { if case .phaseChanged(let phase) = $0 { phase } else { nil } } }

    /// Stages in the order in which their barriers opened.
    var opened: [Int] { facts.compactMap { if case .barrierOpened(let stage, _, _, _) = $0 { stage.number } else { nil } } }
    var broke: [Int] { facts.compactMap { if case .barrierBroke(let stage, _, _) = $0 { stage.number } else { nil } } }
    var stagesBegun: [Int] { facts.compactMap { if case .stageBegan(let stage, _, _) = $0 { stage.number } else { nil } } }
    var skipped: [Int] { facts.compactMap { if case .stageSkipped(let stage, _) = $0 { stage.number } else { nil } } }
    var runBroke: Bool { facts.contains { if case .runBroke = $0 { true } else { false } } }
    var lost: [AgentID] { facts.compactMap { if case .agentLost(let id, _, _) = $0 { id } else { nil } } }

    func participants(of stage: Int) -> [AgentID]? {
        facts.lazy.compactMap {
            if case .stageBegan(let order, _, let participants) = $0, order.number == stage { participants } else { nil }
        }.first
    }

    /// Whom it told to stop.
    var stopped: Set<AgentID> {
        Set(actions.compactMap { if case .order(let id, .stop) = $0 { id } else { nil } })
    }

    /// Who was told to begin `stage`, in order.
    func begun(_ stage: Int) -> [AgentID] {
        actions.compactMap { if case .order(let id, .begin(let order, _, _, _)) = $0, order.number == stage { id } else { nil } }
    }

    private mutating func take(_ action: RunAction) {
        actions.append(action)
        switch action {
        case .note(let fact): facts.append(fact)
        case .wake(let at): wake = at
        case .end(let verdict): self.verdict = verdict
        case .order, .collect, .withdraw: break
        }
    }
}

let a = Script.agent(0)
let b = Script.agent(1)
let c = Script.agent(2)
let d = Script.agent(3)

/// Liveness in round figures: lost after 10 + 3 × 2 s.
let quick = LivenessRules(heartbeatInterval: .seconds(5), missedThreshold: 2, queryTimeout: .seconds(2), queryRetries: 2)

func stage(
    _ number: Int, _ barrier: BarrierType?, type: StageType = .execute, wait: Int = 20, timeout: Int = 100, optional: Bool = false
) -> StagePolicy {
    StagePolicy(
        order: StageOrder(number), type: type,
        barrier: barrier.map { BarrierRules(type: $0, liveness: quick, wait: .seconds(wait)) }, timeout: .seconds(timeout),
        optional: optional, beginsTogether: type == .execute)
}

func rules(_ stages: StagePolicy..., change: (inout RunRules) -> Void = { _ in }) -> RunRules {
    var rules = RunRules(stages: stages)
    rules.liveness = quick
    change(&rules)
    return rules
}
