import Coordination
import Link
import Vocabulary

/// The pretend agents: give events to the real machines and carry out their actions.
extension World {
    func deploy(_ i: Int) {
        if random.percent(scenario.unreachable) {
            // Refused, or silent for ever.
            if random.percent(60) { after(random.milliseconds(10, 5000), .reachFailed(agent: i, controller: controller)) }
            return
        }
        after(random.milliseconds(50, 3000), .deployed(agent: i, controller: controller))
    }

    func start(_ i: Int) {
        guard isControllerAlive, machine.phase < .stopping else { return }
        agents[i].controller = controller
        let agent = agents[i]
        agent.isAlive = true
        agent.incarnation += 1
        agent.hasSaidReady = false
        agent.isGreeted = false
        agent.load = nil
        agent.conversation = Conversation<Message>()
        agent.machine = AgentMachine(rules: agent.machine.rules, now: agent.local(now))
        tell(i, .tick)
        after(.milliseconds(1), .dial(agent: i, incarnation: agent.incarnation))
        after(random.milliseconds(100, 1000), .heartbeat(agent: i, incarnation: agent.incarnation))
    }

    func tell(_ i: Int, _ event: AgentEvent) {
        let agent = agents[i]
        guard agent.isAlive else { return }
        for action in agent.machine.event(event, at: agent.local(now)) { carryOut(action, of: i) }
    }

    private func carryOut(_ action: AgentAction, of i: Int) {
        let agent = agents[i]
        switch action {
        case .perform(let stage, let epoch, let moment): perform(stage, epoch, at: moment, by: agent)
        case .completeLoad(let moment): completeLoad(of: agent, at: moment)
        case .endLoad: endLoad(of: agent)
        case .report(let report): send(report, from: agent)
        case .sendResults: break
        case .wake(let moment):
            agent.wake += 1
            timeline.add(
                .agentTick(agent: i, incarnation: agent.incarnation, wake: agent.wake), at: max(now, agent.world(moment)))
        case .exit: die(i)
        }
    }

    /// The process is gone, by itself or by force; a supervisor or an SSH check may see it.
    func die(_ i: Int) {
        guard agents[i].isAlive else { return }
        agents[i].isAlive = false
        agents[i].load = nil
        ways[i].isConnected = false
        if random.percent(50), !ways[i].isCut {
            after(random.milliseconds(50, 1500), .seenGone(agent: i, incarnation: agents[i].incarnation))
        }
    }

    private func perform(_ stage: StageOrder, _ epoch: UInt32, at moment: Moment?, by agent: PretendAgent) {
        let outcome: StageOutcome = random.percent(scenario.failing) ? .failed(why: "no space") : .completed
        agent.load = PretendAgent.Load(stage: stage, epoch: epoch, began: nil, endsAt: nil, outcome: outcome)
        let begins = moment.map { max(now, agent.world($0)) } ?? now
        timeline.add(.loadBegins(agent: agent.index, incarnation: agent.incarnation, epoch: epoch), at: begins)
    }

    private func endLoad(of agent: PretendAgent) {
        agent.load?.isEnding = true
        guard let epoch = agent.load?.epoch else { return }
        // Some loads cannot be ended: a call that hangs in the kernel.
        if scenario.rough, random.percent(3) { return }
        after(
            random.milliseconds(0, 900),
            .loadEnds(agent: agent.index, incarnation: agent.incarnation, epoch: epoch, ordered: true))
    }

    /// A load that stalls does not hear of it.
    private func completeLoad(of agent: PretendAgent, at moment: Moment?) {
        guard let load = agent.load, let ends = load.endsAt, !load.isEnding else { return }
        let end = moment.map { max(now, agent.world($0)) } ?? now
        guard end < ends else { return }
        agent.load?.endsAt = end
        timeline.add(.loadEnds(agent: agent.index, incarnation: agent.incarnation, epoch: load.epoch, ordered: false), at: end)
    }

    func agentHappening(_ what: Happening) {
        let (i, incarnation) = what.place
        let agent = agents[i]
        guard agent.isAlive, agent.incarnation == incarnation else { return }
        guard now >= agent.pausedUntil else {
            if !agent.isPausedForEver { timeline.add(what, at: agent.pausedUntil) }
            return
        }
        switch what {
        case .agentTick(_, _, let wake): if wake == agent.wake { tell(i, .tick) }
        case .heartbeat: heartbeat(agent)
        case .checkedItself:
            agent.hasSaidReady = true
            let problems = random.percent(scenario.unreachable / 2)
            send(agent.conversation.send(problems ? .notReady(["/data is not writable"]) : .ready), from: i)
        case .loadBegins(_, _, let epoch): loadBegins(agent, epoch)
        case .loadEnds(_, _, let epoch, let ordered): loadEnds(agent, epoch, ordered: ordered)
        default: break
        }
    }

    private func loadBegins(_ agent: PretendAgent, _ epoch: UInt32) {
        guard let load = agent.load, load.epoch == epoch, !load.isEnding else { return }
        see(.loadBegan(agent: agent.index, load.stage, epoch: epoch))
        agent.load?.began = now
        if !random.percent(scenario.stalling) {
            let length = random.percent(90) ? random.milliseconds(50, 8000) : random.milliseconds(8000, 60_000)
            agent.load?.endsAt = now + length
            after(length, .loadEnds(agent: agent.index, incarnation: agent.incarnation, epoch: epoch, ordered: false))
        }
        tell(agent.index, .began(load.stage, epoch: epoch))
    }

    private func loadEnds(_ agent: PretendAgent, _ epoch: UInt32, ordered: Bool) {
        guard let load = agent.load, load.epoch == epoch, ordered || !load.isEnding else { return }
        let outcome: StageOutcome = ordered ? .stopped : load.outcome
        reportOperations(agent)
        agent.done[epoch] = agent.operations(at: now)
        agent.load = nil
        see(.loadEnded(agent: agent.index, load.stage, epoch: epoch, outcome))
        tell(agent.index, .ended(load.stage, epoch: epoch, outcome))
    }

    private func heartbeat(_ agent: PretendAgent) {
        reportOperations(agent)
        send(agent.conversation.aside(.heartbeat(progress: agent.operations(at: now))), from: agent.index)
        let interval = scenario.rules.stages.compactMap(\.barrier?.liveness.heartbeatInterval).min() ?? .seconds(8)
        let next = min(interval, scenario.rules.liveness.heartbeatInterval)
        after(next, .heartbeat(agent: agent.index, incarnation: agent.incarnation))
    }

    /// What was done since the last report; it is numbered, so that nothing is counted twice or lost.
    private func reportOperations(_ agent: PretendAgent) {
        guard let load = agent.load else { return }
        let count = agent.operations(at: now) - load.reported
        guard count > 0 else { return }
        agent.load?.reported += count
        send(agent.conversation.send(.operations(epoch: load.epoch, from: load.reported, count)), from: agent.index)
    }

    private func send(_ report: AgentReport, from agent: PretendAgent) {
        switch report {
        case .answer: send(agent.conversation.aside(.report(report, operations: nil)), from: agent.index)
        case .arrived(_, let epoch, _):
            send(agent.conversation.send(.report(report, operations: agent.done[epoch])), from: agent.index)
        case .began, .stopped: send(agent.conversation.send(.report(report, operations: nil)), from: agent.index)
        }
    }

    func take(_ message: Message, by i: Int) {
        switch message {
        case .begin(let stage, let epoch, let moment): tell(i, .begin(stage, epoch: epoch, at: moment))
        case .finish(let stage, let epoch, let moment): tell(i, .finish(stage, epoch: epoch, at: moment))
        case .stop(let why): tell(i, .stop(why: why))
        case .query(let number): tell(i, .query(number))
        case .ping(let sent):
            let moment = agents[i].local(now)
            tell(i, .heard)
            send(agents[i].conversation.aside(.pong(sent: sent, received: moment, answered: moment)), from: i)
        case .leave: tell(i, .leave)
        case .ready, .notReady, .heartbeat, .pong, .operations, .report: break
        }
    }
}

extension World.Happening {
    /// Of what happens to one process: whose it is.
    fileprivate var place: (agent: Int, incarnation: Int) {
        switch self {
        case .agentTick(let agent, let incarnation, _), .heartbeat(let agent, let incarnation),
            .checkedItself(let agent, let incarnation), .loadBegins(let agent, let incarnation, _),
            .loadEnds(let agent, let incarnation, _, _):
            (agent, incarnation)
        default: (0, -1)
        }
    }
}
