import Coordination
import Link
import Vocabulary

/// The pretend network: connections that carry frames late, twice, out of order, or go down.
extension World {
    func dial(_ i: Int, _ incarnation: Int) {
        let agent = agents[i]
        guard isControllerAlive, agent.isAlive, agent.incarnation == incarnation, !ways[i].isRefused else { return }
        guard !ways[i].isCut, now >= agent.pausedUntil, !ways[i].isConnected else {
            return after(random.milliseconds(300, 1500), .dial(agent: i, incarnation: incarnation))
        }
        connect(i)
    }

    /// Both hellos at once: each says what it has, and is sent what it lacks.
    private func connect(_ i: Int) {
        let agent = agents[i]
        if mutant == .forgets {
            conversations[i] = Conversation<Message>()
            agent.conversation = Conversation<Message>()
        }
        guard agent.isGreeted || !isKnown[i] else {
            ways[i].isRefused = true
            return give(.gone(id(i), why: "it is another process"))
        }
        agent.isGreeted = true
        if agent.controller < controller {
            agent.controller = controller
            agent.conversation.beginAnew()
        }
        let again: (there: [Conversation<Message>.Frame], here: [Conversation<Message>.Frame])
        do {
            again = (
                try conversations[i].resume(peerHas: agent.conversation.lastReceived),
                try agent.conversation.resume(peerHas: conversations[i].lastReceived)
            )
        } catch {
            ways[i].isRefused = true
            return give(.gone(id(i), why: "\(error)"))
        }
        ways[i].isConnected = true
        ways[i].connection += 1
        for frame in again.there { send(frame, to: i) }
        for frame in again.here { send(frame, from: i) }
        if !linkedOnce[i] {
            linkedOnce[i] = true
            give(.linked(id(i)))
        }
        for _ in 0..<3 { ping(i) }
        tell(i, .linked)
        guard agent.isAlive, !agent.hasSaidReady, agent.conversation.lastSent == 0 else { return }
        if !random.percent(scenario.unreachable / 2) {
            after(random.milliseconds(20, 3000), .checkedItself(agent: i, incarnation: agent.incarnation))
        }
    }

    func send(_ frame: Conversation<Message>.Frame, to i: Int) {
        guard isControllerAlive, let delays = delays(i) else { return }
        for delay in delays {
            let at = delay.overtakes ? now + delay.time : max(now + delay.time, ways[i].lastArrivalThere)
            ways[i].lastArrivalThere = max(at, ways[i].lastArrivalThere)
            timeline.add(.toAgent(agent: i, connection: ways[i].connection, frame), at: at)
        }
    }

    func send(_ frame: Conversation<Message>.Frame, from i: Int) {
        guard let delays = delays(i) else { return }
        for delay in delays {
            let at = delay.overtakes ? now + delay.time : max(now + delay.time, ways[i].lastArrivalHere)
            ways[i].lastArrivalHere = max(at, ways[i].lastArrivalHere)
            timeline.add(.fromAgent(agent: i, connection: ways[i].connection, frame), at: at)
        }
    }

    /// How late a frame comes, once or twice; nil where the connection is down or goes down with it.
    private func delays(_ i: Int) -> [(time: Duration, overtakes: Bool)]? {
        guard ways[i].isConnected else { return nil }
        let weather = scenario.weather
        if random.percent(weather.drops) {
            goesDown(i)
            return nil
        }
        let time = weather.delay + weather.jitter * random.fraction()
        let first = (time: time, overtakes: random.percent(weather.reorders))
        guard random.percent(weather.repeats) else { return [first] }
        return [first, (time: time * 3, overtakes: true)]
    }

    func goesDown(_ i: Int) {
        ways[i].isConnected = false
        let incarnation = agents[i].incarnation
        after(random.milliseconds(100, 2000), .dial(agent: i, incarnation: incarnation))
    }

    func arrives(_ frame: Conversation<Message>.Frame, agent i: Int, _ connection: Int) {
        let agent = agents[i]
        guard agent.isAlive, ways[i].isConnected, ways[i].connection == connection else { return }
        guard now >= agent.pausedUntil else {
            let again = Happening.toAgent(agent: i, connection: connection, frame)
            if !agent.isPausedForEver { timeline.add(again, at: agent.pausedUntil) }
            return
        }
        do {
            for message in try agent.conversation.receive(frame) { take(message, by: i) }
            if frame.number != nil, agent.isAlive { send(agent.conversation.acknowledgement, from: i) }
        } catch { goesDown(i) }
    }

    func arrives(_ frame: Conversation<Message>.Frame, from i: Int, _ connection: Int) {
        guard isControllerAlive, ways[i].isConnected, ways[i].connection == connection else { return }
        do {
            let delivered = try conversations[i].receive(frame)
            for message in delivered { take(message, from: i) }
            if delivered.isEmpty, mutant == .deliversTwice, let payload = frame.payload { take(payload, from: i) }
            if frame.number != nil { send(conversations[i].acknowledgement, to: i) }
        } catch { goesDown(i) }
    }
}
