import Vocabulary

/// Silence, deadlines and processes that are gone.
extension RunMachine {
    /// Whether silence of this agent means something now.
    func isWatched(_ member: Member) -> Bool {
        guard member.isLinked else { return false }
        switch activity {
        case .preparing: return member.standing == .expected || member.isTaking
        case .working: return member.isTaking || (breakReason != nil && member.hasFailed && member.assignment != nil)
        case .halting, .ending, .over: return false
        }
    }

    /// The rules of the stage that it works or waits in.
    func liveness(of member: Member) -> LivenessRules {
        switch member.wanted {
        case .work(let stage, _): rules.liveness(of: rules.stages[stage])
        case .nothing, .stop, .withdrawal: rules.liveness
        }
    }

    mutating func checkLiveness(of i: Int, at now: Moment) {
        guard isWatched(members[i]) else { return }
        let rules = liveness(of: members[i])
        switch members[i].liveness.check(rules, at: now) {
        case .alive: break
        case .query(let number):
            note(.agentQueried(members[i].id, query: number))
            actions.append(.order(members[i].id, .query(number)))
        case .lost:
            disappeared(
                i, why: "\(rules.missedThreshold) heartbeats were missed and \(rules.queryRetries + 1) queries went unanswered")
        }
    }

    mutating func checkDeadline(of i: Int, at now: Moment) {
        guard let deadline = members[i].deadline, now >= deadline else { return }
        members[i].deadline = nil
        if activity == .preparing { return missedPreparation(i) }
        guard let assignment = members[i].assignment else { return }
        let policy = rules.stages[assignment.stage]
        fail(i, in: assignment.stage, why: "it did not end the stage within \(policy.timeout), nor say so")
        orderStop(i, why: "the stage's time is over")
    }

    /// A supervisor's or an SSH check's word: loss at once, where the agent was still needed.
    mutating func sawGone(_ i: Int, why: String, at now: Moment) {
        guard !members[i].isGone else { return }
        let wasWorking = members[i].assignment != nil
        members[i].seen = .gone
        note(.agentGone(members[i].id, why: why))
        switch activity {
        case .preparing, .working: disappeared(i, why: why)
        case .halting where members[i].isTaking || (wasWorking && members[i].hasFailed): disappeared(i, why: why)
        case .halting, .ending, .over: break
        }
        members[i].assignment = nil
        members[i].owesStop = false
        members[i].deadline = nil
    }

    private mutating func disappeared(_ i: Int, why: String) {
        if activity == .preparing { return cannotReach(i, why: "lost before the first stage: \(why)", mayRun: true) }
        guard members[i].isTaking || (members[i].hasFailed && members[i].assignment != nil) else { return }
        lose(i, why: why)
    }
}

extension Member.Standing {
    var isExcluded: Bool { if case .excluded = self { true } else { false } }
}
