import Coordination
import Vocabulary

/// One rule broken on purpose, to see that a checker finds it.
enum Mutant: String, CaseIterable {
    /// all_or_nothing opens like best_effort.
    case opensWithoutAll
    /// majority opens like best_effort.
    case opensWithoutMajority
    /// The next stage begins together with this one.
    case beginsEarly
    /// Now and then it does not wake when it asked for it.
    case sleeps
    /// The time-outs of the rules are not kept.
    case dawdles
    /// A repeated message is delivered twice.
    case deliversTwice
    /// What comes again after a takeover is counted again.
    case countsAgain
    /// A wish is carried out without being told.
    case keepsWishesSecret
    /// A controller that takes a run up believes that it has only begun.
    case remembersNothing
    /// After a reconnect the conversation begins anew: what was not acknowledged is lost.
    case forgets
    /// Gone is written from the order.
    case goneByOrder
    /// Stopped is written from the order.
    case stoppedByOrder
    /// An agent outlives its controller.
    case noLease
    /// A late arrival counts for the epoch that is now.
    case ignoresEpochs
    /// A view shows a phase from before.
    case goesBack
    /// Cleanup runs after Ctrl-C.
    case cleansUpAfterInterruption
    /// Agents' clocks are taken for ours.
    case trustsClocks
    /// Lost agents are counted among the completed.
    case flatters
    /// Ctrl-C waits as long as the end of any run.
    case interruptsSlowly

    /// Which checker has to find it.
    var foundBy: String {
        switch self {
        case .opensWithoutAll: AllOrNothingNeverOpensWithoutAll.name
        case .opensWithoutMajority: MajorityNeverWithHalfOrFewer.name
        case .beginsEarly: NoStageBeforeBarrier.name
        case .sleeps, .dawdles: EveryRunEnds.name
        case .deliversTwice, .countsAgain, .forgets: NothingCountedTwice.name
        case .keepsWishesSecret: FactsTellTheMachine.name
        case .goneByOrder, .stoppedByOrder: WantedIsNotSeen.name
        case .noLease: NoAgentLeftBehind.name
        case .ignoresEpochs: LateOrRepeatedChangesNothing.name
        case .goesBack, .remembersNothing: PhasesOnlyAdvance.name
        case .cleansUpAfterInterruption: NothingBeginsAfterInterruption.name
        case .trustsClocks: ClockWithinItsBound.name
        case .flatters: VerdictIsTrue.name
        case .interruptsSlowly: InterruptionIsQuick.name
        }
    }

    /// Whether what was counted once is not told from what is new.
    var countsAgain: Bool { self == .countsAgain || self == .deliversTwice }

    func distort(_ rules: RunRules) -> RunRules {
        var rules = rules
        switch self {
        case .opensWithoutAll, .opensWithoutMajority:
            let type: BarrierType = self == .opensWithoutAll ? .allOrNothing : .majority
            for i in rules.stages.indices where rules.stages[i].barrier?.type == type {
                rules.stages[i].barrier?.type = .bestEffort
            }
        case .dawdles:
            rules.collectTimeout = rules.collectTimeout * 1000
            rules.withdrawTimeout = rules.withdrawTimeout * 1000
        case .interruptsSlowly:
            rules.interruptGrace = .seconds(20)
            rules.interruptTimeout = .seconds(60)
        default: break
        }
        return rules
    }

    /// What a distorted machine would take an event for.
    func distort(_ event: RunEvent, in world: World) -> RunEvent {
        guard self == .ignoresEpochs, case .arrived(let id, _, _, let outcome) = event,
            let present = world.machine.member(id)?.assignment
        else { return event }
        return .arrived(id, world.scenario.rules.stages[present.stage].order, epoch: present.epoch, outcome)
    }

    func distort(_ actions: [RunAction], event: RunEvent, in world: World) -> [RunAction] {
        switch self {
        case .beginsEarly: return actions.flatMap { withTheNextStage($0, in: world) }
        case .goesBack:
            return actions.map { $0 == .note(.phaseChanged(.stopping)) ? .note(.phaseChanged(.ready)) : $0 }
        case .cleansUpAfterInterruption:
            guard case .interrupted = event, let id = world.scenario.agents.first else { return actions }
            return actions + [.order(id, .begin(world.scenario.rules.stages[0].order, epoch: 1000, together: false, delay: .zero))]
        case .flatters: return actions.map { flattered($0) }
        case .keepsWishesSecret: return actions.filter { if case .note(.stopOrdered) = $0 { false } else { true } }
        default: return actions
        }
    }

    private func withTheNextStage(_ action: RunAction, in world: World) -> [RunAction] {
        let stages = world.scenario.rules.stages
        guard case .order(let id, .begin(let order, let epoch, _, let delay)) = action,
            let i = stages.firstIndex(where: { $0.order == order }), i + 1 < stages.count
        else { return [action] }
        return [.order(id, .begin(stages[i + 1].order, epoch: epoch + 1, together: false, delay: delay))]
    }

    private func flattered(_ action: RunAction) -> RunAction {
        guard case .end(var verdict) = action else { return action }
        verdict.completed += verdict.lost + verdict.failed
        verdict.lost = []
        verdict.failed = []
        return .end(verdict)
    }
}
