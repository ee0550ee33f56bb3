import Vocabulary

/// The end: loads stopped, results home, processes seen gone, verdict.
extension RunMachine {
    mutating func endNormally(at now: Moment) {
        beginEnding([.stopping, .collecting, .withdrawing(keepResults: false)], at: now)
    }

    mutating func beginEnding(_ steps: [Ending.Step], at now: Moment) {
        if phase < .stopping { advance(to: .stopping) }
        activity = .ending
        ending = Ending(steps: steps)
    }

    /// Processes go first, results come after them.
    mutating func interrupt(why: String, at now: Moment) {
        guard interruptions == 0 else { return }
        interruptions = 1
        interruption = why
        note(.interrupted(why: why))
        let limit = now + rules.interruptTimeout
        if activity == .ending, let step = ending.steps.first, step == .withdrawing(keepResults: false), ending.isOrdered {
            ending.deadline = min(ending.deadline, limit)
            return
        }
        beginInterruptedEnding(at: now)
    }

    mutating func beginInterruptedEnding(at now: Moment) {
        let hasBegun = stages.contains { $0.epoch != nil }
        let results: [Ending.Step] = hasBegun ? [.collecting, .withdrawing(keepResults: false)] : []
        beginEnding([.stopping, .withdrawing(keepResults: hasBegun)] + results, at: now)
        ending.processesGoneBy = now + rules.interruptTimeout
    }

    mutating func interruptAgain(at now: Moment) {
        guard interruptions > 0 else { return interrupt(why: "interrupted", at: now) }
        guard interruptions == 1 else { return }
        interruptions = 2
        note(.interruptedAgain)
        guard activity == .ending, let present = ending.steps.first else { return }
        if ending.steps.contains(.collecting) {
            for i in members.indices where members[i].collection == .ordered || members[i].needsFirstCollection {
                if members[i].collection == .none { note(.collectOrdered(members[i].id)) }
                members[i].collection = .ordered
                collected(i, complete: false, note: "interrupted")
            }
        }
        ending.steps.removeAll { $0 == .collecting && $0 != present }
    }

    mutating func settleEnding(at now: Moment) {
        while let step = ending.steps.first {
            if !ending.isOrdered {
                ending.isOrdered = true
                order(step, at: now)
            }
            guard isDone(step) || now >= ending.deadline else { return }
            giveUp(step)
            ending.steps.removeFirst()
            ending.isOrdered = false
        }
        finish()
    }

    private mutating func order(_ step: Ending.Step, at now: Moment) {
        switch step {
        case .stopping:
            ending.deadline = now + (ending.processesGoneBy == nil ? rules.stopTimeout : rules.interruptGrace)
            let why = interruption ?? "the run is over"
            for i in members.indices where members[i].assignment != nil && members[i].isLinked { orderStop(i, why: why) }
        case .collecting:
            ending.deadline = now + rules.collectTimeout
            for i in members.indices where members[i].needsCollection {
                members[i].collection = .ordered
                note(.collectOrdered(members[i].id))
                actions.append(.collect(members[i].id, by: ending.deadline))
            }
        case .withdrawing(let keepResults):
            // Who was not seen gone by the interruption's time-out is looked at once more, not waited for as long again.
            ending.deadline = now + (interruption == nil ? rules.withdrawTimeout : min(rules.withdrawTimeout, rules.interruptTimeout * 2))
            if let limit = ending.processesGoneBy {
                ending.deadline = max(now, limit)
                ending.processesGoneBy = nil
            }
            for i in members.indices where needsWithdrawal(i) { withdraw(i, keepResults: keepResults) }
        }
    }

    private mutating func withdraw(_ i: Int, keepResults: Bool) {
        members[i].wanted = .withdrawal
        members[i].deadline = nil
        members[i].withdrawal = .ordered
        let keep = keepResults || (members[i].collection != .none && !members[i].isHome)
        note(.withdrawOrdered(members[i].id, keepResults: keep))
        actions.append(.withdraw(members[i].id, keepResults: keep, by: ending.deadline))
    }

    /// Again only where something that was kept can go now, or where proof is missing.
    private func needsWithdrawal(_ i: Int) -> Bool {
        guard members[i].mayRun else { return false }
        if case .ended(let well, _) = members[i].withdrawal { return members[i].isHome || !well }
        return true
    }

    private func isDone(_ step: Ending.Step) -> Bool {
        switch step {
        case .stopping: !members.contains(where: \.mayWork)
        case .collecting: !members.contains { $0.collection == .ordered }
        case .withdrawing: !members.contains { $0.withdrawal == .ordered }
        }
    }

    /// Whatever has not been acknowledged by the deadline is said to be so.
    private mutating func giveUp(_ step: Ending.Step) {
        for i in members.indices {
            switch step {
            case .stopping where members[i].mayWork:
                note(.stopUnacknowledged(members[i].id))
            case .collecting where members[i].collection == .ordered:
                collected(i, complete: false, note: "collection did not end within \(rules.collectTimeout)")
            case .withdrawing where members[i].withdrawal == .ordered:
                withdrawn(i, proven: false, note: "its processes were not seen gone in time")
            case .stopping, .collecting, .withdrawing: break
            }
        }
    }

    mutating func collected(_ i: Int, complete: Bool, note text: String) {
        guard members[i].collection == .ordered else { return }
        members[i].collection = .ended(well: complete, note: text)
        note(.collected(members[i].id, complete: complete, note: text))
    }

    mutating func withdrawn(_ i: Int, proven: Bool, note text: String) {
        guard members[i].withdrawal == .ordered else { return }
        members[i].withdrawal = .ended(well: proven, note: text)
        if proven {
            members[i].seen = .gone
            members[i].assignment = nil
            members[i].owesStop = false
        }
        note(.withdrawn(members[i].id, proven: proven, note: text))
    }

    mutating func stays(_ i: Int) {
        guard members[i].withdrawal == .ordered else { return }
        members[i].withdrawal = .none
        note(.agentStays(members[i].id))
    }

    private mutating func finish() {
        activity = .over
        let verdict = makeVerdict()
        self.verdict = verdict
        switch verdict.outcome {
        case .success: advance(to: .completed)
        case .degraded: advance(to: .degraded)
        case .interrupted: advance(to: .cancelled)
        case .failed: advance(to: .failed)
        }
        actions.append(.end(verdict))
    }
}

extension Member {
    /// Whether its results are home, all of them.
    var isHome: Bool { if case .ended(true, _) = collection { true } else { false } }

    /// Whether it may have results that are not home.
    fileprivate var needsCollection: Bool { mayHaveResults && !isHome && collection != .ordered }

    /// Whether it may have results that nobody has begun to bring home.
    fileprivate var needsFirstCollection: Bool { mayHaveResults && collection == .none }

    private var mayHaveResults: Bool {
        switch standing {
        case .expected, .notReady, .unreachable: false
        case .taking, .failed, .lost, .excluded: true
        }
    }
}
