import Vocabulary

/// Until every agent has its outcome: linked and ready, or not.
extension RunMachine {
    mutating func cannotReach(_ i: Int, why: String, mayRun: Bool) {
        guard activity == .preparing, isAwaited(i) else { return }
        members[i].standing = .unreachable(why: why)
        members[i].mayRun = mayRun
        members[i].deadline = nil
        note(.agentUnreachable(members[i].id, why: why, mayRun: mayRun))
    }

    mutating func linked(_ i: Int, at now: Moment) {
        guard members[i].seen == .nothing else { return }
        members[i].seen = .linked
        note(.agentLinked(members[i].id))
        if members[i].standing == .expected { members[i].deadline = now + rules.readyTimeout }
    }

    mutating func becameReady(_ i: Int) {
        guard activity == .preparing, members[i].standing == .expected else { return }
        members[i].seen = .ready
        members[i].standing = .taking
        members[i].deadline = nil
        note(.agentReady(members[i].id))
    }

    mutating func isNotReady(_ i: Int, problems: [String]) {
        guard activity == .preparing, members[i].standing == .expected else { return }
        members[i].standing = .notReady(problems: problems)
        members[i].deadline = nil
        note(.agentNotReady(members[i].id, problems: problems))
    }

    /// The link or READY did not come in time.
    mutating func missedPreparation(_ i: Int) {
        if members[i].seen == .nothing {
            cannotReach(i, why: "it did not link within \(rules.deployTimeout)", mayRun: true)
        } else {
            isNotReady(i, problems: ["it was not ready within \(rules.readyTimeout)"])
        }
    }

    /// Goes on once all have their outcome, so that every problem is told at once.
    mutating func settlePreparation(at now: Moment) {
        guard members.allSatisfy({ $0.standing != .expected }) else { return }
        let ready = members.count(where: \.isTaking)
        let minimum = max(1, rules.minimumAgents)
        if members.contains(where: { $0.isUnready || ($0.isUnreachable && !rules.skipUnreachable) }) {
            preparationFailure = .agents
        } else if ready < minimum {
            preparationFailure = .tooFew(ready: ready, minimum: minimum)
        }
        if let preparationFailure {
            note(.preparationFailed(preparationFailure))
            return beginEnding([.withdrawing(keepResults: false)], at: now)
        }
        advance(to: .ready)
        advance(to: .running)
        activity = .working
        beginTogether(0, at: now)
    }

    private func isAwaited(_ i: Int) -> Bool { members[i].standing == .expected || members[i].isTaking }
}
