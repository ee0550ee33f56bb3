import Vocabulary

/// Going on where another controller left off.
extension RunMachine {
    /// Begins every wait anew, and orders once more what was ordered and is not known to have been done: an agent that had the order already
    /// does not carry it out twice. Nothing where the run is over.
    package mutating func resume(at now: Moment) -> [RunAction] {
        guard !phase.isEnd else { return [] }
        actions.removeAll(keepingCapacity: true)
        renewAt = now + rules.lease / 6
        wakeAt = nil
        for i in members.indices {
            members[i].liveness = Liveness(now: now)
            members[i].deadline = deadline(of: members[i], at: now)
            orderAgain(i)
        }
        if case .halting = activity { activity = .halting(until: now + rules.stopTimeout) }
        if activity == .ending { resumeEnding(at: now) }
        settle(at: now)
        scheduleWake(at: now, isTick: true)
        return actions
    }

    private func deadline(of member: Member, at now: Moment) -> Moment? {
        if activity == .preparing, member.standing == .expected {
            return now + (member.seen == .nothing ? rules.deployTimeout : rules.readyTimeout)
        }
        guard let assignment = member.assignment, activity == .working else { return nil }
        return now + rules.bound(of: rules.stages[assignment.stage])
    }

    private mutating func orderAgain(_ i: Int) {
        guard members[i].isLinked else { return }
        if members[i].owesStop { actions.append(.order(members[i].id, .stop(why: "it was told so before"))) }
        guard case .work(let stage, let epoch) = members[i].wanted, members[i].assignment != nil else { return }
        let policy = rules.stages[stage]
        if members[i].seen != .working(stage: stage, epoch: epoch) {
            actions.append(
                .order(members[i].id, .begin(policy.order, epoch: epoch, together: policy.beginsTogether, delay: .zero)))
        }
        if stages[stage].isFinishing { actions.append(.order(members[i].id, .finish(policy.order, epoch: epoch))) }
    }

    /// What another controller was still doing for an agent has come to nothing.
    mutating func forgetErrands() {
        for i in members.indices {
            if members[i].collection == .ordered { members[i].collection = .none }
            if members[i].withdrawal == .ordered { members[i].withdrawal = .none }
        }
    }

    /// The end begins anew from its first step; what has ended well in it is not done again.
    private mutating func resumeEnding(at now: Moment) {
        forgetErrands()
        if preparationFailure != nil { return beginEnding([.withdrawing(keepResults: false)], at: now) }
        guard interruptions > 0 else { return endNormally(at: now) }
        beginInterruptedEnding(at: now)
        if interruptions > 1 { ending.steps.removeAll { $0 == .collecting } }
    }
}
