import Coordination
import Link
import Vocabulary

/// The pretend controller: gives events to the real machine and carries out its actions.
extension World {
    func give(_ event: RunEvent) {
        guard isControllerAlive, !isOver else { return }
        see(.gave(event))
        var actions = machine.event(event, at: now)
        if let mutant { actions = mutant.distort(actions, event: event, in: self) }
        commonMoment = nil
        for action in actions { carryOut(action) }
        see(.phase(machine.phase))
        if isControllerAlive { checkRepetition(of: event) }
    }

    /// Another controller takes the run up, with nothing but what was told.
    func attach() {
        guard !isControllerAlive, !isOver else { return }
        isControllerAlive = true
        controller += 1
        controllerWake += 1
        machine = RunMachine(
            rules: mutant?.distort(scenario.rules) ?? scenario.rules, agents: scenario.agents,
            recalling: mutant == .remembersNothing ? [] : facts,
            now: now)
        conversations = scenario.agents.map { _ in Conversation<Message>() }
        isKnown = machine.members.map(\.hasSpoken)
        see(.attached)
        commonMoment = nil
        for action in machine.resume(at: now) { carryOut(action) }
        see(.phase(machine.phase))
        for i in agents.indices where isControllerAlive { attach(to: i) }
    }

    /// Reaches an agent that was linked; what else may have been started on its host is ended, and deployed again.
    private func attach(to i: Int) {
        let agent = agents[i]
        if machine.members[i].seen != .nothing || machine.phase >= .stopping {
            return after(random.milliseconds(50, 1500), .dial(agent: i, incarnation: agent.incarnation))
        }
        agent.isAlive = false
        agent.load = nil
        linkedOnce[i] = false
        deploy(i)
    }

    /// Gives the same event at once again, and now and then an old one.
    private func checkRepetition(of event: RunEvent) {
        guard let agent = event.agentForRepetition.flatMap({ index[$0] }), random.percent(30) else { return }
        giveAgain(event)
        if case .stopped = event { return }
        if let old = pastEvents[agent].isEmpty ? nil : random.pick(pastEvents[agent]) { giveAgain(old) }
        pastEvents[agent].append(event)
    }

    private func giveAgain(_ event: RunEvent) {
        let members = machine.members
        let phase = machine.phase
        let actions = machine.event(mutant?.distort(event, in: self) ?? event, at: now)
        let hasActed = actions.contains { if case .wake = $0 { false } else { true } }
        for action in actions { carryOut(action) }
        see(.repeated(event, changed: hasActed || machine.members != members || machine.phase != phase))
    }

    func carryOut(_ action: RunAction) {
        see(.decided(action))
        switch action {
        case .order(let id, let order): send(order, to: index[id]!)
        case .collect(let id, let by):
            let delay = random.milliseconds(50, 3000)
            if !scenario.rough || (!random.percent(3) && now + delay < by) {
                after(delay, .collected(agent: index[id]!, controller: controller))
            }
        case .withdraw(let id, _, _):
            if mutant == .goneByOrder { return give(.withdrawn(id, proven: true, note: "")) }
            sendNumbered(.leave, to: index[id]!)
            after(random.milliseconds(100, 2500), .reap(agent: index[id]!, controller: controller))
        case .note(let fact): facts.append(fact)
        case .wake(let at):
            controllerWake += 1
            if mutant == .sleeps, random.percent(5) { return }
            timeline.add(.controllerTick(wake: controllerWake), at: at)
        case .end:
            isOver = true
            controllerEnds()
        }
    }

    private func send(_ order: AgentOrder, to agent: Int) {
        switch order {
        case .begin(let stage, let epoch, let together, let delay):
            sendNumbered(.begin(stage, epoch: epoch, at: together ? moment(for: agent, delay: delay) : nil), to: agent)
        case .finish(let stage, let epoch):
            sendNumbered(.finish(stage, epoch: epoch, at: moment(for: agent, delay: .zero)), to: agent)
        case .stop(let why):
            if mutant == .stoppedByOrder { give(.stopped(id(agent))) }
            sendNumbered(.stop(why: why), to: agent)
        case .query(let number): send(conversations[agent].aside(.query(number)), to: agent)
        case .renew: ping(agent)
        }
    }

    func ping(_ agent: Int) { send(conversations[agent].aside(.ping(sent: now)), to: agent) }

    /// One common moment for the whole batch, on this agent's clock.
    private func moment(for agent: Int, delay: Duration) -> Moment? {
        let common = commonMoment ?? now + max(delay, .milliseconds(200))
        commonMoment = common
        guard var offset = clocks[agent].offset(at: common) else { return nil }
        if mutant == .trustsClocks { offset.value = .zero }
        let truth = agents[agent].local(common) - common
        see(.clock(agent: agent, error: truth - offset.value, bound: offset.bound))
        return common + offset.value
    }

    func sendNumbered(_ message: Message, to agent: Int) {
        send(conversations[agent].send(message), to: agent)
    }

    /// A host whose process was ended, or not: over SSH, so only where the network is up.
    func reap(_ agent: Int) {
        guard !ways[agent].isCut else {
            if random.percent(50) { give(.withdrawn(id(agent), proven: false, note: "no route to host")) }
            return
        }
        if scenario.rough, random.percent(3) { return }
        agents[agent].isAlive = false
        agents[agent].load = nil
        ways[agent].isConnected = false
        give(.withdrawn(id(agent), proven: true, note: ""))
    }

    func take(_ message: Message, from agent: Int) {
        let id = id(agent)
        switch message {
        case .ready: give(.ready(id))
        case .notReady(let problems): give(.notReady(id, problems: problems))
        case .heartbeat(let progress): give(.signal(id, progress: progress))
        case .pong(let sent, let received, let answered):
            clocks[agent].add(
                ClockEstimate.Exchange(sent: sent, agentReceived: received, agentSent: answered, received: now))
            give(.signal(id, progress: nil))
        case .operations(let epoch, let from, let count):
            // What another controller had taken and not acknowledged comes again: its place tells.
            if counts[agent][epoch, default: 0] == from || mutant?.countsAgain == true { counts[agent][epoch, default: 0] += count }
            give(.signal(id, progress: nil))
            if random.percent(2), let stage = scenario.rules.stages.first(where: { machine.epoch(of: $0.order) == epoch }) {
                give(.enough(stage.order, epoch: epoch))
            }
        case .report(let report, let operations): take(report, operations: operations, from: agent)
        case .begin, .finish, .stop, .query, .ping, .leave: break
        }
    }

    private func take(_ report: AgentReport, operations: UInt64?, from agent: Int) {
        let id = id(agent)
        switch report {
        case .began(let stage, let epoch): give(.began(id, stage, epoch: epoch))
        case .arrived(let stage, let epoch, let outcome):
            if let operations {
                see(.counted(agent: agent, epoch: epoch, controller: counts[agent][epoch] ?? 0, agents: operations))
            }
            give(.arrived(id, stage, epoch: epoch, outcome))
        case .stopped: give(.stopped(id))
        case .answer(let number): give(.answered(id, query: number))
        }
    }
}

extension RunEvent {
    /// Whose message it is, where coming again is to change nothing.
    fileprivate var agentForRepetition: AgentID? {
        switch self {
        case .linked(let id), .ready(let id), .notReady(let id, _), .began(let id, _, _), .arrived(let id, _, _, _),
            .stopped(let id):
            id
        default: nil
        }
    }
}
