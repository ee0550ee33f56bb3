import Vocabulary

/// Ends of stages: with a barrier, without one, and after a break.
extension RunMachine {
    /// Draws conclusions until nothing more follows.
    mutating func settleStages(at now: Moment) {
        while activity == .working {
            if breakReason == nil, let why = reasonToBreak { breakReason = why }
            if breakReason != nil, !isCleaningUp { return breakRun(at: now) }
            guard settleOneStage(at: now) else { return }
        }
    }

    private var reasonToBreak: String? {
        let left = members.count { $0.isTaking }
        let minimum = max(1, rules.minimumAgents)
        return left < minimum ? "\(left) of at least \(minimum) agents are left" : nil
    }

    /// Whether what now runs was begun after the break.
    private var isCleaningUp: Bool { brokeAtEpoch != nil }

    private mutating func settleOneStage(at now: Moment) -> Bool {
        for stage in stages.indices where stages[stage].epoch != nil && !stages[stage].isSettled {
            if let barrier = stages[stage].barrier {
                switch barrier.decision(at: now) {
                case .wait: continue
                case .open(let arrived, let missing): open(stage, arrived: arrived, missing: missing, at: now)
                case .broken where hasStragglers && barrier.rules.type == .bestEffort:
                    guard somebodyCanGoOn else { continue }
                    open(stage, arrived: [], missing: [], at: now)
                case .broken(let why): breakBarrier(stage, why: why, at: now)
                }
                return true
            }
            guard isOverWithoutBarrier(stage), isNextBegun(stage) || somebodyCanGoOn || !hasStragglers else { continue }
            stages[stage].isSettled = true
            note(.stageEnded(rules.stages[stage].order, epoch: stages[stage].epoch ?? 0))
            goOn(after: stage, at: now)
            return true
        }
        return false
    }

    /// Whether an agent is left that is no participant of what now runs.
    private var hasStragglers: Bool { members.contains { $0.isTaking && ($0.straggles || $0.waitsToRejoin) } }

    private var somebodyCanGoOn: Bool { members.indices.contains { canTakePart($0) } }

    private func isNextBegun(_ stage: Int) -> Bool { stage + 1 < stages.count && stages[stage + 1].epoch != nil }

    /// Whether nobody who takes part is still in the stage or on the way to it.
    private func isOverWithoutBarrier(_ stage: Int) -> Bool {
        stages[stage].participants.allSatisfy { id in
            guard let member = member(id) else { return true }
            if let assignment = member.assignment, assignment.stage <= stage, !member.straggles {
                return !(member.isTaking || (isCleaningUp && member.hasFailed))
            }
            return true
        }
    }

    private mutating func open(_ stage: Int, arrived: [AgentID], missing: [AgentID], at now: Moment) {
        let order = rules.stages[stage].order
        stages[stage].isSettled = true
        note(.barrierOpened(order, epoch: stages[stage].epoch ?? 0, arrived: arrived, missing: missing))
        for id in missing {
            guard let i = index[id] else { continue }
            if stages[stage].barrier?.rules.type == .majority {
                let why = "the majority barrier of stage \(order) opened without it"
                members[i].standing = .excluded(why: why)
                members[i].deadline = nil
                note(.agentExcluded(id, order, why: why))
                orderStop(i, why: why)
            } else {
                members[i].straggles = true
                note(.agentStraggles(id, order))
            }
        }
        goOn(after: stage, at: now)
    }

    private mutating func breakBarrier(_ stage: Int, why: String, at now: Moment) {
        stages[stage].isSettled = true
        note(.barrierBroke(rules.stages[stage].order, epoch: stages[stage].epoch ?? 0, why: why))
        if breakReason == nil { breakReason = "the barrier of stage \(rules.stages[stage].order) broke: \(why)" }
        if isCleaningUp { halt(at: now, why: "the barrier broke") }
    }

    /// After a stage is over: the next one begins, or the run ends. Without a barrier agents have gone on by themselves.
    private mutating func goOn(after stage: Int, at now: Moment) {
        if breakReason != nil { return beginNextCleanup(at: now) }
        guard stage + 1 < stages.count else { return endNormally(at: now) }
        if stages[stage + 1].epoch == nil { beginTogether(stage + 1, at: now) }
    }

    /// The run breaks: everybody stops, then come the cleanup stages.
    private mutating func breakRun(at now: Moment) {
        note(.runBroke(why: breakReason ?? ""))
        brokeAtEpoch = lastEpoch
        for stage in stages.indices where stages[stage].epoch != nil { stages[stage].isSettled = true }
        halt(at: now, why: "the run broke")
    }

    private mutating func halt(at now: Moment, why: String) {
        for i in members.indices where members[i].assignment != nil && members[i].isLinked { orderStop(i, why: why) }
        activity = .halting(until: now + rules.stopTimeout)
    }

    /// Goes on to cleanup once every load has ended, or nobody waits for it any more.
    mutating func settleHalt(until: Moment, at now: Moment) {
        let working = members.filter(\.mayWork)
        guard working.isEmpty || now >= until else { return }
        for member in working { note(.stopUnacknowledged(member.id)) }
        beginNextCleanup(at: now)
        if activity == .working { settleStages(at: now) }
    }

    private mutating func beginNextCleanup(at now: Moment) {
        for stage in stages.indices where stages[stage].epoch == nil && !stages[stage].isSettled {
            let policy = rules.stages[stage]
            let crew = members.indices.contains { canTakePart($0) }
            if policy.type == .cleanup, rules.cleanupAfterBreak, crew {
                activity = .working
                return beginTogether(stage, at: now)
            }
            stages[stage].isSettled = true
            note(.stageSkipped(policy.order, why: "the run broke"))
        }
        endNormally(at: now)
    }
}
