import Vocabulary

extension RunMachine {
    /// The next moment at which something is due.
    package func nextDeadline(after now: Moment) -> Moment? {
        guard !phase.isEnd else { return nil }
        var due = [renewAt]
        switch activity {
        case .preparing, .working:
            for member in members {
                if let deadline = member.deadline { due.append(deadline) }
                if isWatched(member) { due.append(member.liveness.deadline(liveness(of: member))) }
            }
            if let deadline = barrierDeadline(after: now) { due.append(deadline) }
        case .halting(let until): due.append(until)
        case .ending: due.append(ending.deadline)
        case .over: return nil
        }
        return due.min()
    }

    /// Asks for the next tick, where it changed or where the one asked for has been used up.
    mutating func scheduleWake(at now: Moment, isTick: Bool) {
        guard let next = nextDeadline(after: now), isTick || next != wakeAt else { return }
        wakeAt = next
        actions.append(.wake(at: max(next, now)))
    }

    private func barrierDeadline(after now: Moment) -> Moment? {
        guard let i = stages.firstIndex(where: { $0.barrier != nil && !$0.isSettled }),
            let barrier = stages[i].barrier, case .wait(let until) = barrier.decision(at: now)
        else { return nil }
        return until
    }
}
