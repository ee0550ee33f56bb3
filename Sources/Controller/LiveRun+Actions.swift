import Carriers
import Coordination
import Deployment
import Link
import Measurement
import Plans
import Results
import Vocabulary

// What follows: orders, moments and measures.
extension LiveRun {
    func decide(_ event: RunEvent, _ group: inout DiscardingTaskGroup) async {
        let now = SystemClock.now
        await carryOut(machine.event(event, at: now), at: now, &group)
    }

    func carryOut(_ actions: [RunAction], at now: Moment, _ group: inout DiscardingTaskGroup) async {
        if options.onlyDeploys, actions.contains(.note(.phaseChanged(.running))) { return leave(actions) }
        let start = CommonStart(actions, now: now, clocks: clocks)
        unfolded = []
        log.together { for case .note(let fact) in actions { note(fact) } }
        // No agent waits for the record or the screen.
        for case .order(let agent, let order) in actions { await carry(order, to: agent, start) }
        let events = unfolded ?? []
        unfolded = nil
        for event in events { record.apply(event) }
        for event in events { display(event) }
        for action in actions { await carryOut(action, &group) }
    }

    /// Leaves the agents to whoever takes the run up: the log ends before the decision to begin, which that one comes to again.
    private func leave(_ actions: [RunAction]) {
        log.together {
            for case .note(let fact) in actions {
                if case .phaseChanged = fact { break }
                note(fact)
            }
        }
        isLeft = true
    }

    private func carryOut(_ action: RunAction, _ group: inout DiscardingTaskGroup) async {
        switch action {
        // Written down and sent before.
        case .note, .order: break
        case .collect(let agent, let deadline): await collect(agent, by: deadline, &group)
        case .withdraw(let agent, let keepResults, let deadline): withdraw(agent, keepResults: keepResults, by: deadline, &group)
        case .wake(let moment): wake(at: moment)
        case .end(let verdict): self.verdict = verdict
        }
    }

    func carry(_ order: AgentOrder, to agent: AgentID, _ start: CommonStart) async {
        guard let session = sessions[agent] else { return }
        switch order {
        case .begin(let stage, let epoch, let together, _):
            await send(.begin(stage, epoch: epoch, at: together ? start.moment(for: agent) : nil), to: session)
            if together { measureClock(of: agent, around: start.controllerMoment) }
        case .finish(let stage, let epoch):
            await send(.finish(stage, epoch: epoch, at: start.moment(for: agent)), to: session)
        case .stop(let why): await send(.stop(why: why), to: session)
        case .query(let id): await send(.query(id: id), to: session)
        case .renew: session.ping()
        }
    }

    /// The order is on its way at once where the link has space for it.
    private func send(_ order: Order, to session: AgentSession) async {
        if !session.post(order) { await session.send(order) }
    }

    func assign(_ agent: AgentID) async {
        guard let session = sessions[agent] else { return }
        let rules = AgentRules(
            lease: plan.policy.lease, heartbeatInterval: plan.shortestHeartbeat,
            refresh: plan.intervalLength(refresh: options.refresh))
        await session.send(.assign(session.plan, agentCount: plan.agents.count, rules: rules))
    }

    func wake(at moment: Moment) {
        waking?.cancel()
        let tell = tell
        // Ends at its moment, when the next one replaces it, or with the run.
        waking = Task {
            try? await Task.sleep(for: max(.zero, moment - SystemClock.now))
            if !Task.isCancelled { tell.yield(.tick) }
        }
    }

    func refresh() {
        giveUpOnStalled()
        let now = SystemClock.now
        for stage in live.keys.sorted() {
            guard let began = record.stages.first(where: { $0.order == stage })?.beganAt else { continue }
            let elapsed = (now - log.beginning) - began.elapsed
            if let figures = live[stage]?.figures(elapsed: elapsed) { note(.interval(stage, figures)) }
        }
    }
}
