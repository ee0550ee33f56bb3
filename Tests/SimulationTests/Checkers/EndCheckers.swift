import Coordination
import Vocabulary

/// Every run whose controller lives ends, within the bound that its rules give.
struct EveryRunEnds: Checker {
    private let bound: Duration
    private var isExcused = false
    private var since = Moment.zero
    private var endedAt: Moment?

    init(_ scenario: Scenario) { bound = scenario.rules.bound }

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        switch sighting {
        case .controllerKilled: isExcused = true
        case .attached: (isExcused, since) = (false, now)
        case .decided(.end): endedAt = now
        case .over where !isExcused:
            guard let endedAt else { return "it never ended" }
            if endedAt > since + bound { return "it ended at \(endedAt), begun or taken up at \(since); the bound is \(bound)" }
        default: break
        }
        return nil
    }
}

/// Phases only advance, in what the machine shows and in what it notes.
struct PhasesOnlyAdvance: Checker {
    private var shown = RunPhase.preparing
    private var noted = RunPhase.preparing

    init(_ scenario: Scenario) {}

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        switch sighting {
        case .phase(let phase):
            if phase != shown, !shown.canAdvance(to: phase) { return "\(phase) after \(shown)" }
            shown = phase
            if noted != phase { return "it is \(phase) and the last noted is \(noted)" }
        case .decided(.note(.phaseChanged(let phase))):
            if !noted.canAdvance(to: phase) { return "\(phase) noted after \(noted)" }
            noted = phase
        default: break
        }
        return nil
    }
}

/// Stopped is noted only of agents without a load, gone only of processes that are gone.
struct WantedIsNotSeen: Checker {
    init(_ scenario: Scenario) {}

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        switch sighting {
        case .decided(.note(.stopAcknowledged(let id))) where world.agent(id).load != nil && world.agent(id).isAlive:
            return "\(id) counts as stopped while its load goes on"
        case .decided(.note(.withdrawn(let id, proven: true, _))) where world.agent(id).isAlive:
            return "\(id) counts as gone while its process lives"
        case .phase:
            // A process that was started in the place of one that is gone is nobody's: it is refused, and withdrawn at the end.
            for member in world.machine.members
            where member.seen == .gone && world.agent(member.id).isAlive && !world.isRefused(member.id) {
                return "\(member.id) is seen gone while its process lives"
            }
        default: break
        }
        return nil
    }
}

/// The controller's count of operations is the agent's own at each arrival: nothing twice, nothing dropped.
struct NothingCountedTwice: Checker {
    init(_ scenario: Scenario) {}

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        guard case .counted(let agent, let epoch, let controller, let agents) = sighting, controller != agents else { return nil }
        return "\(world.id(agent)) did \(agents) operations in epoch \(epoch), the controller counted \(controller)"
    }
}

/// Once the controller has ended or was killed, every agent that can act at all is gone when its lease is over.
struct NoAgentLeftBehind: Checker {
    init(_ scenario: Scenario) {}

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        guard case .over = sighting else { return nil }
        let left = world.agents.filter { $0.isAlive && !$0.isPausedForEver }
        return left.isEmpty ? nil : "left behind: \(left.map(\.id.text).joined(separator: ", "))"
    }
}

/// The verdict names as completed only agents that really went through every stage, and its exit code is the first that applies.
struct VerdictIsTrue: Checker {
    private let stages: [StagePolicy]
    private let total: Int
    private var through: [AgentID: Set<StageOrder>] = [:]
    private var interrupted = false
    private var begun = false
    private var broke = false

    init(_ scenario: Scenario) {
        stages = scenario.rules.stages
        total = scenario.agents.count
    }

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        switch sighting {
        case .gave(.interrupted), .gave(.interruptedAgain): interrupted = true
        case .decided(.note(.stageBegan)): begun = true
        case .decided(.note(.runBroke)): broke = true
        case .loadEnded(let agent, let order, _, let outcome):
            guard let stage = stages.first(where: { $0.order == order }), outcome == .completed || stage.optional else { break }
            through[world.id(agent), default: []].insert(order)
        // Whether its load could be ended or not: the stage is optional, and its failure is named.
        case .decided(.note(.optionalFailure(let id, let order, _))): through[id, default: []].insert(order)
        case .decided(.end(let verdict)): return check(verdict)
        default: break
        }
        return nil
    }

    private func check(_ verdict: RunVerdict) -> String? {
        for id in verdict.completed where through[id]?.count != stages.count {
            return "\(id) counts as completed after \(through[id]?.count ?? 0) of \(stages.count) stages"
        }
        let named = [verdict.completed, verdict.failed, verdict.lost, verdict.incomplete, verdict.unreachable].flatMap { $0 }
        if Set(named).count != total || named.count != total { return "\(named.count) of \(total) agents are named in the verdict" }
        let expected: [Int32] =
            interrupted ? [130] : !begun ? [4] : broke ? [1] : verdict.completed.count < total ? [5] : [0, 5]
        if !expected.contains(verdict.exitCode) { return "exit code \(verdict.exitCode), expected \(expected)" }
        if (verdict.exitCode == 0) != verdict.reasons.isEmpty { return "exit code \(verdict.exitCode) for \(verdict.reasons)" }
        return nil
    }
}

/// The truth lies within the bound of every clock estimate that is used.
struct ClockWithinItsBound: Checker {
    init(_ scenario: Scenario) {}

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        guard case .clock(let agent, let error, let bound) = sighting, error > bound || error < .zero - bound else { return nil }
        return "\(world.id(agent))'s clock is \(error) off its estimate, whose bound is \(bound)"
    }
}

/// After an interruption every process has to be seen gone, or is said not to be, within its time-out.
struct InterruptionIsQuick: Checker {
    private let limit: Duration
    private var since: Moment?

    init(_ scenario: Scenario) { limit = scenario.rules.interruptTimeout }

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        switch sighting {
        case .decided(.note(.interrupted)): since = now
        case .controllerKilled: since = nil
        case .phase(let phase) where since != nil && !phase.isEnd:
            guard let since, now > since + limit else { return nil }
            self.since = nil
            if world.machine.members.contains(where: { $0.withdrawal == .none && $0.mayRun }) {
                return "\(now - since) after the interruption not everybody is withdrawn"
            }
        default: break
        }
        return nil
    }
}
