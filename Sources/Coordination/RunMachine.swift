import Vocabulary

/// One run as the controller decides it: who takes part, what begins, what opens or breaks, and how it ends.
///
/// Events go in, actions come out, time is an argument; it does nothing itself. It is asked by one actor, which carries out the
/// actions in their order. Every run ends within `RunRules.bound`, if `tick` comes when `wake` asked for it.
package struct RunMachine: Sendable {
    /// What the run is busy with, finer than its phase.
    package enum Activity: Hashable, Sendable {
        case preparing
        case working
        /// Stopped after a break; cleanup stages follow once the loads have ended or at the deadline.
        case halting(until: Moment)
        case ending
        case over
    }

    /// How far a stage has come.
    struct StageState: Sendable {
        var epoch: UInt32?
        var participants: [AgentID] = []
        var barrier: Barrier?
        /// Its barrier opened or broke, or all participants of a stage without one are settled.
        var isSettled = false
        var hasFailures = false
        /// Its agents were ordered to complete their loads.
        var isFinishing = false
    }

    package enum PreparationFailure: Hashable, Sendable {
        /// Some were not reached or not ready; each says why.
        case agents
        case tooFew(ready: Int, minimum: Int)
    }

    package let rules: RunRules
    package internal(set) var phase = RunPhase.preparing
    package internal(set) var activity = Activity.preparing
    package internal(set) var members: [Member]
    /// Why the run broke; nil while it has not.
    package internal(set) var breakReason: String?
    /// Why its first stage never began.
    package internal(set) var preparationFailure: PreparationFailure?
    package internal(set) var interruption: String?
    package internal(set) var verdict: RunVerdict?

    var stages: [StageState]
    var ending = Ending()
    /// Interruptions so far; the second ends the collection.
    var interruptions = 0
    /// The last epoch before the break; what begins after it is cleanup.
    var brokeAtEpoch: UInt32?
    var startDelayGiven = false
    var lastEpoch: UInt32 = 0
    var renewAt: Moment
    var wakeAt: Moment?
    /// What the event now at work has led to so far.
    var actions: [RunAction] = []
    let index: [AgentID: Int]

    /// `agents`: at least one, without repetition.
    package init(rules: RunRules, agents: [AgentID], now: Moment) {
        precondition(!agents.isEmpty, "a run has at least one agent")
        self.rules = rules
        members = agents.map { Member(id: $0, now: now, deadline: now + rules.deployTimeout) }
        index = Dictionary(uniqueKeysWithValues: agents.enumerated().map { ($1, $0) })
        stages = Array(repeating: StageState(), count: rules.stages.count)
        renewAt = now + rules.lease / 6
    }

    /// Takes in one event and says what to do about it; nothing once the run is over.
    package mutating func event(_ event: RunEvent, at now: Moment) -> [RunAction] {
        guard !phase.isEnd else { return [] }
        if let sender = event.sender, let i = index[sender] { members[i].liveness.heard(at: now) }
        if case .signal(let id, let progress) = event {
            // The commonest event: it can only put deadlines off, and a wake that comes too early does no harm.
            if let progress { noteProgress(of: id, progress, at: now) }
            return []
        }
        actions.removeAll(keepingCapacity: true)
        take(event, at: now)
        settle(at: now)
        scheduleWake(at: now, isTick: event == .tick)
        return actions
    }

    /// What is known of `agent`; nil where it is none of this run's.
    package func member(_ agent: AgentID) -> Member? { index[agent].map { members[$0] } }

    /// The epoch in which `stage` began; nil before.
    package func epoch(of stage: StageOrder) -> UInt32? { stageIndex(of: stage).flatMap { stages[$0].epoch } }

    /// Who performs `stage` now.
    package func performers(of stage: StageOrder) -> Set<AgentID> {
        guard let place = stageIndex(of: stage) else { return [] }
        return Set(members.filter { $0.assignment?.stage == place && !$0.isGone }.map(\.id))
    }

    /// The barrier of `stage`, while its participants are in it and afterwards; nil before it begins or where it has none.
    package func barrier(of stage: StageOrder) -> Barrier? { stageIndex(of: stage).flatMap { stages[$0].barrier } }

    private mutating func take(_ event: RunEvent, at now: Moment) {
        switch event {
        case .unreachable(let id, let why, let mayRun): with(id) { $0.cannotReach($1, why: why, mayRun: mayRun) }
        case .linked(let id): with(id) { $0.linked($1, at: now) }
        case .ready(let id): with(id) { $0.becameReady($1) }
        case .notReady(let id, let problems): with(id) { $0.isNotReady($1, problems: problems) }
        case .signal, .answered: break
        case .began(let id, let stage, let epoch): with(id) { $0.began($1, stage, epoch) }
        case .arrived(let id, let stage, let epoch, let outcome): with(id) { $0.arrived($1, stage, epoch, outcome, at: now) }
        case .enough(let stage, let epoch): finish(stage, epoch)
        case .stopped(let id): with(id) { $0.acknowledgedStop($1) }
        case .gone(let id, let why): with(id) { $0.sawGone($1, why: why, at: now) }
        case .collected(let id, let complete, let note): with(id) { $0.collected($1, complete: complete, note: note) }
        case .withdrawn(let id, let proven, let note): with(id) { $0.withdrawn($1, proven: proven, note: note) }
        case .stays(let id): with(id) { $0.stays($1) }
        case .interrupted(let why): interrupt(why: why, at: now)
        case .interruptedAgain: interruptAgain(at: now)
        case .tick: tick(at: now)
        }
    }

    mutating func with(_ id: AgentID, _ body: (inout RunMachine, Int) -> Void) {
        if let i = index[id] { body(&self, i) }
    }

    /// Draws the consequences of what has just been taken in.
    mutating func settle(at now: Moment) {
        if activity == .preparing { settlePreparation(at: now) }
        if activity == .working { settleStages(at: now) }
        if case .halting(let until) = activity { settleHalt(until: until, at: now) }
        if activity == .ending { settleEnding(at: now) }
    }

    private mutating func tick(at now: Moment) {
        if now >= renewAt { renewLeases(at: now) }
        switch activity {
        case .preparing, .working:
            for i in members.indices { checkDeadline(of: i, at: now) }
            for i in members.indices { checkLiveness(of: i, at: now) }
        case .halting, .ending, .over: break
        }
    }

    private mutating func renewLeases(at now: Moment) {
        renewAt = now + rules.lease / 6
        for member in members where member.isLinked && member.wanted != .withdrawal {
            actions.append(.order(member.id, .renew))
        }
    }

    func stageIndex(of order: StageOrder) -> Int? { rules.stages.firstIndex { $0.order == order } }

    mutating func note(_ fact: RunFact) { actions.append(.note(fact)) }

    mutating func advance(to next: RunPhase) {
        precondition(phase.canAdvance(to: next), "phases only advance")
        phase = next
        note(.phaseChanged(next))
    }
}
