import Coordination
import Link
import Plans
import Results
import Vocabulary

// Agents' clocks: measuring them, and with them how far apart agents began.
extension LiveRun {
    /// From one question to the next for one agent's clock: 5,000 a second for all, so that the run has time for everything else.
    private func clockPause(_ least: Duration) -> Duration { max(least, .microseconds(200) * plan.agents.count) }

    /// With so few agents an answer is followed by the next question at once.
    private static let fewAgents = 10

    /// Measures the agent's clock: quickly until it is known, then once a second for as long as the link is up.
    func measureClock(of agent: AgentID) {
        guard let session = sessions[agent] else { return }
        let pause = clockPause(.milliseconds(2))
        // Ends when the link goes down or the run is over, both of which cancel it.
        let task = Task {
            while !Task.isCancelled {
                session.ping()
                try? await Task.sleep(for: self.clocks[agent]?.isKnown == false ? pause : .seconds(1))
            }
        }
        clocks[agent]?.measure(with: task)
    }

    /// Measures the agent's clock around a common start: what is known of it then is as good as it can be.
    func measureClock(of agent: AgentID, around start: Moment) {
        guard let session = sessions[agent] else { return }
        // The more agents, the fewer exchanges with each: the start itself must not wait for them.
        let pause = clockPause(.milliseconds(5))
        // Ends soon after the start, or when the link goes down.
        let task = Task {
            try? await Task.sleep(for: max(.zero, start - .milliseconds(100) - SystemClock.now))
            while !Task.isCancelled, SystemClock.now < start + .milliseconds(100) {
                session.ping()
                try? await Task.sleep(for: pause)
            }
        }
        clocks[agent]?.measureStart(with: task)
    }

    func takePong(_ agent: AgentID, _ exchange: ClockEstimate.Exchange, _ group: inout DiscardingTaskGroup) async {
        guard let known = clocks[agent]?.take(exchange) else {
            if clocks[agent]?.isKnown == false, plan.agents.count <= Self.fewAgents { sessions[agent]?.ping() }
            return
        }
        note(.clockMeasured(agent, offset: known.value, bound: known.bound))
        if readyUnmeasured.remove(agent) != nil { await decide(.ready(agent), &group) }
    }

    /// An agent whose clock is not known could not be told when to begin: it is ready when that is, a moment later.
    func takeReady(_ agent: AgentID, _ facts: HostFacts, _ group: inout DiscardingTaskGroup) async {
        hostFacts[agent] = facts.summary
        if clocks[agent]?.isKnown == true { await decide(.ready(agent), &group) } else { readyUnmeasured.insert(agent) }
    }

    /// The skew is told when all have begun and a little later, so that the exchanges after the start count too.
    func takeBegin(_ stage: StageOrder, _ agent: AgentID, _ moment: Moment, _ group: inout DiscardingTaskGroup) {
        guard beginnings[stage]?[agent] == nil else { return }
        beginnings[stage, default: [:]][agent] = moment
        guard beginnings[stage].map({ Set($0.keys) }) == participants[stage] else { return }
        let tell = tell
        group.addTask {
            try? await Task.sleep(for: .milliseconds(150))
            tell.yield(.allBegan(stage))
        }
    }

    func measureSkew(of stage: StageOrder) {
        var skew = StartSkew()
        for (agent, moment) in beginnings[stage] ?? [:] {
            guard let offset = clocks[agent]?.offset(around: moment) else { return }
            skew.add(agent, began: moment, offset: offset)
        }
        if let measured = skew.measured { note(.startSkew(stage, skew: measured.skew, bound: measured.bound)) }
    }
}
