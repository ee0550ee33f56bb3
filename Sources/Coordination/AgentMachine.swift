import Vocabulary

/// One agent as it decides for itself: what it performs, how long it may, and when it goes.
///
/// It trusts no memory of the controller's: it ends by itself when the lease does, and a repeated order changes nothing.
package struct AgentMachine: Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable { case idle, performing, ending, exited }

    package let rules: AgentBounds

    private var performance: Performance?
    /// The highest epoch ordered; what is not above it was ordered before.
    private var lastEpoch: UInt32 = 0
    private var lastArrival: AgentReport?
    private var leaseEnds: Moment
    private var owesStop = false
    private var owesResults = false
    private var exitReason: ExitReason?
    private var isExited = false
    private var wakeAt: Moment?
    private var actions: [AgentAction] = []

    package init(rules: AgentBounds, now: Moment) {
        self.rules = rules
        leaseEnds = now + rules.lease
    }

    package var state: State {
        if isExited { return .exited }
        guard let performance else { return .idle }
        return performance.ending == nil ? .performing : .ending
    }

    /// Takes in one event and says what to do about it; nothing once it has exited.
    package mutating func event(_ event: AgentEvent, at now: Moment) -> [AgentAction] {
        guard !isExited else { return [] }
        actions.removeAll(keepingCapacity: true)
        if now >= leaseEnds { leave(.leaseEnded, at: now) }
        if !isExited { take(event, at: now) }
        scheduleWake(at: now, isTick: event == .tick)
        return actions
    }

    /// When silence ends it.
    package var leaseDeadline: Moment { leaseEnds }

    private mutating func take(_ event: AgentEvent, at now: Moment) {
        if event.isFromController, exitReason == nil { leaseEnds = max(leaseEnds, now + rules.lease) }
        switch event {
        case .heard: break
        case .linked: if let lastArrival { actions.append(.report(lastArrival)) }
        case .begin(let stage, let epoch, let moment): begin(stage, epoch: epoch, at: moment, now: now)
        case .finish(let stage, let epoch, let moment):
            if performance?.isOf(stage, epoch) ?? false, performance?.ending == nil { actions.append(.completeLoad(at: moment)) }
        case .stop(let why): stop(why: why, at: now)
        case .query(let number): actions.append(.report(.answer(number)))
        case .collect: if performance == nil { actions.append(.sendResults) } else { owesResults = true }
        case .leave: leave(.ordered, at: now)
        case .terminated(let why): leave(.terminated(why: why), at: now)
        case .began(let stage, let epoch):
            if performance?.isOf(stage, epoch) ?? false { actions.append(.report(.began(stage, epoch: epoch))) }
        case .ended(let stage, let epoch, let outcome): ended(stage, epoch: epoch, outcome, at: now)
        case .tick: checkPerformance(at: now)
        }
    }

    private mutating func begin(_ stage: StageOrder, epoch: UInt32, at moment: Moment?, now: Moment) {
        guard epoch > lastEpoch, exitReason == nil else { return }
        lastEpoch = epoch
        guard performance == nil else {
            return arrive(stage, epoch: epoch, .failed(why: "it still performs the stage before"))
        }
        guard let timeout = rules.timeouts[stage] else {
            return arrive(stage, epoch: epoch, .failed(why: "there is no stage \(stage) in its plan"))
        }
        lastArrival = nil
        performance = Performance(stage: stage, epoch: epoch, timeout: timeout, deadline: max(moment ?? now, now) + timeout)
        actions.append(.perform(stage, epoch: epoch, at: moment))
    }

    private mutating func stop(why: String, at now: Moment) {
        guard exitReason == nil else { return }
        guard performance != nil else { return actions.append(.report(.stopped)) }
        owesStop = true
        endLoad(.stop, why: why, at: now)
    }

    private mutating func leave(_ reason: ExitReason, at now: Moment) {
        guard exitReason == nil else { return }
        exitReason = reason
        guard performance != nil else { return exit() }
        endLoad(.exit, why: "the agent exits: \(reason)", at: now)
    }

    private mutating func endLoad(_ cause: Performance.Cause, why: String, at now: Moment) {
        let wasEnding = performance?.ending != nil
        if cause == .exit || !wasEnding { performance?.deadline = now + rules.endGrace }
        guard !wasEnding else { return }
        performance?.ending = cause
        actions.append(.endLoad(why: why))
    }

    private mutating func ended(_ stage: StageOrder, epoch: UInt32, _ outcome: StageOutcome, at now: Moment) {
        guard let ended = performance, ended.isOf(stage, epoch) else { return }
        performance = nil
        if !ended.isReported { arrive(stage, epoch: epoch, outcomeToReport(of: ended, outcome)) }
        if owesStop {
            owesStop = false
            actions.append(.report(.stopped))
        }
        if exitReason != nil { return exit() }
        if owesResults {
            owesResults = false
            actions.append(.sendResults)
        }
    }

    private func outcomeToReport(of ended: Performance, _ outcome: StageOutcome) -> StageOutcome {
        switch ended.ending {
        case .timedOut: .failed(why: "it timed out after \(ended.timeout)")
        case .stop, .exit: outcome
        case nil: outcome == .stopped ? .failed(why: "its load was ended by somebody else") : outcome
        }
    }

    private mutating func arrive(_ stage: StageOrder, epoch: UInt32, _ outcome: StageOutcome) {
        let arrival = AgentReport.arrived(stage, epoch: epoch, outcome)
        lastArrival = arrival
        actions.append(.report(arrival))
    }

    private mutating func checkPerformance(at now: Moment) {
        guard let present = performance, now >= present.deadline else { return }
        if exitReason != nil { return exit() }
        switch present.ending {
        case nil: endLoad(.timedOut, why: "the stage timed out after \(present.timeout)", at: now)
        case .timedOut where !present.isReported:
            performance?.isReported = true
            let why = "it timed out after \(present.timeout), and its load did not end within \(rules.endGrace)"
            arrive(present.stage, epoch: present.epoch, .failed(why: why))
        case .timedOut, .stop, .exit: break
        }
    }

    private mutating func exit() {
        guard !isExited else { return }
        isExited = true
        actions.append(.exit(exitReason ?? .ordered))
    }

    private mutating func scheduleWake(at now: Moment, isTick: Bool) {
        guard !isExited else { return }
        var next = exitReason == nil ? leaseEnds : nil
        if let performance, performance.isAwaited || exitReason != nil {
            next = min(next ?? performance.deadline, performance.deadline)
        }
        guard let next, isTick || next != wakeAt else { return }
        // A lease that was renewed only moves the wake back: the one asked for comes early and asks again.
        if let wakeAt, !isTick, wakeAt > now, next > wakeAt { return }
        wakeAt = next
        actions.append(.wake(at: max(next, now)))
    }
}

extension Performance {
    fileprivate func isOf(_ stage: StageOrder, _ epoch: UInt32) -> Bool { self.stage == stage && self.epoch == epoch }

    /// Whether something is due at its deadline.
    fileprivate var isAwaited: Bool { ending == nil || (ending == .timedOut && !isReported) }
}

extension AgentEvent {
    /// Whether it renews the lease.
    fileprivate var isFromController: Bool {
        switch self {
        case .heard, .linked, .begin, .finish, .stop, .query, .collect, .leave: true
        case .terminated, .began, .ended, .tick: false
        }
    }
}
