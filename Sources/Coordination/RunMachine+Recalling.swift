import Vocabulary

/// A run in another controller's hands: the machine folded out of the facts that the one before had told.
///
/// Facts say all that was decided and seen, so they are all that has to survive a controller. What they do not say, how long agents have been
/// silent and until when something is waited for, begins anew with `resume`.
extension RunMachine {
    /// The machine that told `facts`, as far as facts go; `resume` is to follow before the first event.
    package init(rules: RunRules, agents: [AgentID], recalling facts: some Sequence<RunFact>, now: Moment) {
        self.init(rules: rules, agents: agents, now: now)
        for fact in facts { recall(fact, at: now) }
    }

    /// Takes in one fact more, in the order in which they were told.
    package mutating func recall(_ fact: RunFact, at now: Moment) {
        switch fact {
        case .phaseChanged, .preparationFailed, .runBroke, .interrupted, .interruptedAgain: recallRun(fact)
        case .stageBegan, .finishOrdered, .barrierOpened, .barrierBroke, .stageEnded, .stageSkipped: recallStage(fact)
        case .agentLinked(let id), .agentReady(let id), .agentNotReady(let id, _), .agentUnreachable(let id, _, _):
            with(id) { $0.recallPreparing(fact, $1) }
        case .agentOrdered(let id, _, _, _), .agentBegan(let id, _, _), .agentArrived(let id, _, _, _), .optionalFailure(let id, _, _),
            .agentStraggles(let id, _), .agentRejoined(let id, _):
            with(id) { $0.recallWork(fact, $1, at: now) }
        case .agentLost(let id, _, _), .agentGone(let id, _), .agentFailed(let id, _, _), .agentExcluded(let id, _, _):
            with(id) { $0.recallLeaving(fact, $1) }
        case .stopOrdered(let id, _), .stopAcknowledged(let id), .collectOrdered(let id), .collected(let id, _, _),
            .withdrawOrdered(let id, _), .withdrawn(let id, _, _), .agentStays(let id):
            with(id) { $0.recallEnding(fact, $1) }
        case .agentQueried, .stopUnacknowledged: break
        }
    }

    private mutating func recallRun(_ fact: RunFact) {
        switch fact {
        case .phaseChanged(let next):
            phase = next
            switch next {
            case .preparing, .ready: break
            case .running: activity = .working
            case .stopping: activity = .ending
            case .completed, .degraded, .cancelled, .failed: activity = .over
            }
        case .preparationFailed(let failure): preparationFailure = failure
        case .runBroke(let why):
            breakReason = why
            brokeAtEpoch = lastEpoch
            for stage in stages.indices where stages[stage].epoch != nil { stages[stage].isSettled = true }
            activity = .halting(until: .zero)
        case .interrupted(let why):
            interruptions = 1
            interruption = why
        case .interruptedAgain: interruptions = 2
        default: break
        }
    }

    private mutating func recallStage(_ fact: RunFact) {
        switch fact {
        case .stageBegan(let order, let epoch, let participants):
            guard let stage = stageIndex(of: order) else { return }
            lastEpoch = max(lastEpoch, epoch)
            stages[stage].epoch = epoch
            setParticipants(participants, of: stage)
            if breakReason != nil { activity = .working }
        case .finishOrdered(let order, _):
            if let stage = stageIndex(of: order) { stages[stage].isFinishing = true }
        case .barrierBroke(let order, _, _):
            settleRecalled(order)
            if brokeAtEpoch != nil { activity = .halting(until: .zero) }
        case .barrierOpened(let order, _, _, _), .stageEnded(let order, _), .stageSkipped(let order, _): settleRecalled(order)
        default: break
        }
    }

    private mutating func settleRecalled(_ order: StageOrder) {
        if let stage = stageIndex(of: order) { stages[stage].isSettled = true }
    }

    private mutating func recallPreparing(_ fact: RunFact, _ i: Int) {
        switch fact {
        case .agentLinked: members[i].seen = .linked
        case .agentReady:
            members[i].seen = .ready
            members[i].standing = .taking
        case .agentNotReady(_, let problems): members[i].standing = .notReady(problems: problems)
        case .agentUnreachable(_, let why, let mayRun):
            members[i].standing = .unreachable(why: why)
            members[i].mayRun = mayRun
        default: break
        }
    }

    private mutating func recallWork(_ fact: RunFact, _ i: Int, at now: Moment) {
        switch fact {
        case .agentOrdered(_, let order, let epoch, let together):
            guard let stage = stageIndex(of: order) else { return }
            if together { startDelayGiven = true }
            assign(i, stage, epoch: epoch)
        case .agentBegan(_, let order, let epoch):
            if let stage = stageIndex(of: order) { members[i].seen = .working(stage: stage, epoch: epoch) }
        case .agentArrived(_, let order, let epoch, let outcome):
            guard let stage = stageIndex(of: order) else { return }
            recallArrival(i, stage, epoch, outcome, at: now)
        case .optionalFailure(_, let order, _):
            guard let stage = stageIndex(of: order) else { return }
            members[i].done.insert(stage)
            arriveAtBarrier(of: stage, i, at: now)
        case .agentStraggles: members[i].straggles = true
        case .agentRejoined:
            members[i].straggles = false
            members[i].waitsToRejoin = true
        default: break
        }
    }

    private mutating func recallArrival(_ i: Int, _ stage: Int, _ epoch: UInt32, _ outcome: StageOutcome, at now: Moment) {
        let wasWanted = members[i].wanted == .work(stage: stage, epoch: epoch)
        members[i].assignment = nil
        members[i].seen = .arrived(stage: stage, epoch: epoch)
        switch outcome {
        case .completed:
            members[i].done.insert(stage)
            arriveAtBarrier(of: stage, i, at: now)
        case .failed: stages[stage].hasFailures = true
        case .stopped: if wasWanted { stages[stage].hasFailures = true }
        }
    }

    private mutating func arriveAtBarrier(of stage: Int, _ i: Int, at now: Moment) {
        guard activity == .working, canTakePart(i), !members[i].straggles else { return }
        stages[stage].barrier?.arrive(members[i].id, at: now)
    }

    private mutating func recallLeaving(_ fact: RunFact, _ i: Int) {
        switch fact {
        case .agentLost(_, let why, _):
            members[i].standing = .lost(why: why)
            members[i].straggles = false
            members[i].waitsToRejoin = false
            leaveBarriers(i) { $0.lose($1, why: why) }
        case .agentGone: becameGone(i)
        case .agentFailed(_, _, let why):
            if members[i].isTaking { members[i].standing = .failed(why: why) }
            members[i].straggles = false
            leaveBarriers(i) { $0.fail($1, why: why) }
        case .agentExcluded(_, _, let why): members[i].standing = .excluded(why: why)
        default: break
        }
    }

    private mutating func recallEnding(_ fact: RunFact, _ i: Int) {
        switch fact {
        case .stopOrdered:
            members[i].wanted = .stop
            members[i].owesStop = true
        case .stopAcknowledged:
            members[i].owesStop = false
            members[i].assignment = nil
            members[i].seen = .stopped
        case .collectOrdered: members[i].collection = .ordered
        case .collected(_, let complete, let note): members[i].collection = .ended(well: complete, note: note)
        case .withdrawOrdered:
            members[i].wanted = .withdrawal
            members[i].withdrawal = .ordered
        case .agentStays: members[i].withdrawal = .none
        case .withdrawn(_, let proven, let note):
            members[i].withdrawal = .ended(well: proven, note: note)
            if proven { becameGone(i) }
        default: break
        }
    }

    private mutating func becameGone(_ i: Int) {
        members[i].seen = .gone
        members[i].assignment = nil
        members[i].owesStop = false
    }
}
