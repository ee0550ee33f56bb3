import Coordination
import Vocabulary

/// No load of a stage begins anywhere before the barriers of all stages before it have opened; after a break only cleanup begins;
/// and no agent performs two stages at once.
struct NoStageBeforeBarrier: Checker {
    private let stages: [StagePolicy]
    private var opened: Set<StageOrder> = []
    private var broke = false
    private var performing: [Int: StageOrder] = [:]

    init(_ scenario: Scenario) { stages = scenario.rules.stages }

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        switch sighting {
        case .decided(.note(.barrierOpened(let stage, _, _, _))): opened.insert(stage)
        case .decided(.note(.runBroke)): broke = true
        case .loadEnded(let agent, _, _, _): performing[agent] = nil
        case .loadBegan(let agent, let stage, _):
            if let other = performing.updateValue(stage, forKey: agent) {
                return "\(world.id(agent)) begins stage \(stage) while it performs stage \(other)"
            }
            guard let policy = stages.first(where: { $0.order == stage }) else { return "stage \(stage) does not exist" }
            if broke, policy.type == .cleanup { return nil }
            if let closed = stages.first(where: { $0.order < stage && $0.barrier != nil && !opened.contains($0.order) }) {
                return "\(world.id(agent)) begins stage \(stage) before the barrier of stage \(closed.order) opened"
            }
        default: break
        }
        return nil
    }
}

/// What is common to the checkers of barriers: who took part, and whose load has really ended how.
struct Turnout {
    private var participants: [StageOrder: [AgentID]] = [:]
    private var ended: [AgentID: [UInt32: StageOutcome]] = [:]

    mutating func see(_ sighting: Sighting, in world: World) {
        switch sighting {
        case .decided(.note(.stageBegan(let stage, _, let agents))): participants[stage] = agents
        case .loadEnded(let agent, _, let epoch, let outcome): ended[world.id(agent), default: [:]][epoch] = outcome
        default: break
        }
    }

    func of(_ stage: StageOrder) -> [AgentID] { participants[stage] ?? [] }

    /// How many really came through, as the world knows.
    ///
    /// In an optional stage a failure counts: it said so, or its time was over, whether its load could be ended or not.
    func arrived(_ stage: StagePolicy, epoch: UInt32, in world: World) -> Int {
        of(stage.order).count { id in
            switch ended[id]?[epoch] {
            case .completed: true
            case .failed, .stopped: stage.optional
            case nil: stage.optional && world.agent(id).load?.isEnding ?? false
            }
        }
    }
}

/// An all_or_nothing barrier opens only when the load of every participant has really ended well.
struct AllOrNothingNeverOpensWithoutAll: Checker {
    private let stages: [StagePolicy]
    private var turnout = Turnout()

    init(_ scenario: Scenario) { stages = scenario.rules.stages }

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        turnout.see(sighting, in: world)
        guard case .decided(.note(.barrierOpened(let order, let epoch, let arrived, let missing))) = sighting,
            let stage = stages.first(where: { $0.order == order }), stage.barrier?.type == .allOrNothing
        else { return nil }
        let all = turnout.of(order).count
        let really = turnout.arrived(stage, epoch: epoch, in: world)
        guard really == all, arrived.count == all, missing.isEmpty else {
            return "stage \(order) opened with \(really) of \(all) participants"
        }
        return nil
    }
}

/// A majority barrier never opens with half of its participants or fewer.
struct MajorityNeverWithHalfOrFewer: Checker {
    private let stages: [StagePolicy]
    private var turnout = Turnout()

    init(_ scenario: Scenario) { stages = scenario.rules.stages }

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        turnout.see(sighting, in: world)
        guard case .decided(.note(.barrierOpened(let order, let epoch, _, _))) = sighting,
            let stage = stages.first(where: { $0.order == order }), stage.barrier?.type == .majority
        else { return nil }
        let all = turnout.of(order).count
        let really = turnout.arrived(stage, epoch: epoch, in: world)
        return 2 * really > all ? nil : "stage \(order) opened with \(really) of \(all)"
    }
}

/// After an interruption nothing begins any more, cleanup neither.
struct NothingBeginsAfterInterruption: Checker {
    private var interrupted = false

    init(_ scenario: Scenario) {}

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        switch sighting {
        case .gave(.interrupted), .gave(.interruptedAgain): interrupted = true
        case .decided(.order(let id, .begin(let stage, _, _, _))) where interrupted:
            return "\(id) is ordered to begin stage \(stage) after the interruption"
        default: break
        }
        return nil
    }
}

/// A late or repeated message changes nothing.
struct LateOrRepeatedChangesNothing: Checker {
    init(_ scenario: Scenario) {}

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        guard case .repeated(let event, changed: true) = sighting else { return nil }
        return "once more \(event) changed the run"
    }
}
