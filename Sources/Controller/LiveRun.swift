import Carriers
import Coordination
import Deployment
import Link
import Measurement
import Plans
import Results
import Vocabulary

/// One run while it goes on: the shell around `RunMachine`.
///
/// Everything that happens passes `take`: the machine decides, and its actions are carried out in their order, a fact written to
/// the event log before anything follows from it. What takes long is done by tasks of the run's own, which tell their end like
/// everything else.
package actor LiveRun {
    let plan: Plan
    let options: RunOptions
    let surroundings: RunSurroundings
    let folder: RunFolder
    private let log: EventLog
    private let show: @Sendable (Event, RunRecord) -> Void

    private var machine: RunMachine
    package private(set) var record = RunRecord()
    private let inbox: AsyncStream<RunInward>
    let tell: AsyncStream<RunInward>.Continuation
    private(set) var sessions: [AgentID: AgentSession] = [:]

    var clocks: [AgentID: AgentClock] = [:]
    var receivers: [AgentID: ResultReceiver] = [:]
    var collecting: [AgentID: CollectionState] = [:]
    var statistics: [AgentID: [StageOrder: StageStatistics]] = [:]
    private var live: [StageOrder: LiveStage] = [:]
    private var skews: [StageOrder: StartSkew] = [:]
    private var participants: [StageOrder: Set<AgentID>] = [:]
    private var waking: Task<Void, Never>?
    private var trouble: [String] = []
    private var verdict: RunVerdict?

    /// - Parameter show: called with each event, in order, after it is in the log.
    package init(
        plan: Plan, options: RunOptions, surroundings: RunSurroundings, folder: RunFolder,
        show: @escaping @Sendable (Event, RunRecord) -> Void
    ) throws {
        self.plan = plan
        self.options = options
        self.surroundings = surroundings
        self.folder = folder
        self.show = show
        let now = SystemClock.now
        log = try EventLog(path: folder.eventsPath, beginning: now)
        machine = RunMachine(
            rules: RunRules(plan: plan, skipUnreachable: options.skipUnreachable), agents: plan.agents.map(\.id), now: now)
        (inbox, tell) = AsyncStream.makeStream(of: RunInward.self)
    }

    /// Performs the plan to its end and leaves the results in the folder.
    ///
    /// - Parameter interruptions: each Ctrl-C or SIGTERM; the first ends the load and withdraws, the second ends the collection too.
    package func perform(interruptions: AsyncStream<Void>) async -> RunVerdict {
        note(.runBegan(RunBeginning(run: surroundings.run, plan: plan)))
        let verdict = await withDiscardingTaskGroup { group in
            openSessions(&group)
            let tell = tell
            group.addTask { for await _ in interruptions { tell.yield(.interrupted) } }
            group.addTask { await Self.tickRegularly(every: self.options.refresh, tell) }
            wake(at: SystemClock.now)
            for await inward in inbox {
                await take(inward, &group)
                if let verdict = self.verdict {
                    await closeSessions()
                    group.cancelAll()
                    return verdict
                }
            }
            preconditionFailure("the inbox of a run does not end before the run")
        }
        return finish(verdict)
    }

    private func openSessions(_ group: inout DiscardingTaskGroup) {
        let tell = tell
        for agent in plan.agents {
            let token = surroundings.token(for: agent)
            let session = AgentSession(plan: agent, surroundings: surroundings, token: token) { tell.yield(.session(agent.id, $0)) }
            sessions[agent.id] = session
            group.addTask { await session.run() }
        }
        if let direct = surroundings.direct {
            group.addTask {
                do { try await direct.reception.run(at: direct.doorway) } catch { tell.yield(.doorClosed(why: "\(error)")) }
            }
        }
    }

    private func closeSessions() async {
        waking?.cancel()
        await withDiscardingTaskGroup { group in
            for session in sessions.values { group.addTask { await session.close() } }
        }
        tell.finish()
    }

    private static func tickRegularly(every interval: Duration, _ tell: AsyncStream<RunInward>.Continuation) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            tell.yield(.refresh)
        }
    }

    // MARK: What happened

    private func take(_ inward: RunInward, _ group: inout DiscardingTaskGroup) async {
        switch inward {
        case .session(let agent, let event): await take(event, of: agent, &group)
        case .interrupted:
            await decide(record.interruptions == 0 ? .interrupted(why: "Ctrl-C or SIGTERM") : .interruptedAgain, &group)
        case .tick: await decide(.tick, &group)
        case .idle(let agent):
            let why = "started by hand: it stays to hand over its results"
            note(.noted(why, agent: agent, stage: nil))
            await decide(.withdrawn(agent, proven: true, note: why), &group)
        case .refresh: refresh()
        case .doorClosed(let why): remember("agents could no longer dial back: \(why)")
        case .collected(let agent, let complete, let why): await takeCollected(agent, complete: complete, why: why, &group)
        case .remains(let agent, let report): take(remains: report, of: agent)
        case .withdrawn(let agent, let proven, let why):
            note(proven ? .agentSeenGone(agent, note: why) : .agentNotProvenGone(agent, note: why))
            await decide(.withdrawn(agent, proven: proven, note: why), &group)
        }
    }

    private func take(_ event: SessionEvent, of agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        switch event {
        case .hostReached(let host): note(.hostReached(agent, host: host))
        case .deployed(let deployed): note(.agentDeployed(agent, cached: deployed.wasCached, sent: deployed.bytesSent))
        case .unreachable(let why, let mayRun): await decide(.unreachable(agent, why: why, mayRun: mayRun), &group)
        case .linkUp: await takeLinkUp(agent, &group)
        case .linkDown(let why):
            clocks[agent]?.stopMeasuring()
            note(.linkDown(agent, why: why))
            await collectAnotherWay(agent, &group)
        case .gone(let why):
            await decide(.gone(agent, why: why), &group)
            await collectAnotherWay(agent, &group)
        case .report(let report, let at): await take(report, at: at, of: agent, &group)
        }
    }

    private func takeLinkUp(_ agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        if clocks[agent] == nil {
            clocks[agent] = AgentClock()
            note(.linkUp(agent))
            await decide(.linked(agent), &group)
            await assign(agent)
        } else {
            note(.relinked(agent))
            await decide(.signal(agent, progress: nil), &group)
        }
        measureClock(of: agent, &group)
    }

    private func take(_ report: Report, at moment: Moment, of agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        switch report {
        case .ready(let facts):
            note(.agentReady(agent, facts: facts.summary))
            await decide(.ready(agent), &group)
        case .notReady(let problems): await decide(.notReady(agent, problems: problems), &group)
        case .pong(_, let sent, let received, let answered):
            takePong(agent, .init(sent: sent, agentReceived: received, agentSent: answered, received: moment))
            await decide(.signal(agent, progress: nil), &group)
        case .answer(let id, _): await decide(.answered(agent, query: id), &group)
        case .heartbeat(let progress):
            await decide(.signal(agent, progress: progress.stage == nil ? nil : progress.operations &+ progress.bytes), &group)
        case .interval(let interval):
            live[interval.stage, default: LiveStage(stage: interval.stage)].add(interval, from: agent)
            await decide(.signal(agent, progress: nil), &group)
        case .log(let lines):
            for line in lines { show(line, agent) }
            await decide(.signal(agent, progress: nil), &group)
        case .began(let stage, let epoch, let at, let first):
            note(.stageBegan(stage, agent))
            takeBegin(stage, agent, first ?? at, isLoad: first != nil)
            await decide(.began(agent, stage, epoch: epoch), &group)
        case .arrived(let stage, let epoch, let arrival, let counted):
            statistics[agent, default: [:]][stage] = counted
            await decide(.arrived(agent, stage, epoch: epoch, Coordination.StageOutcome(arrival)), &group)
        case .stopped: await decide(.stopped(agent), &group)
        case .file(let piece):
            takeFile(piece, of: agent)
            await decide(.signal(agent, progress: nil), &group)
        case .resultsEnd(let files, let bytes): takeResultsEnd(agent, files: files, bytes: bytes)
        case .leaving: break
        }
    }

    func decide(_ event: RunEvent, _ group: inout DiscardingTaskGroup) async {
        let now = SystemClock.now
        let actions = machine.event(event, at: now)
        let start = CommonStart(actions, now: now, clocks: clocks)
        for action in actions { await carryOut(action, start, &group) }
    }

    // MARK: What follows from it

    private func carryOut(_ action: RunAction, _ start: CommonStart, _ group: inout DiscardingTaskGroup) async {
        switch action {
        case .note(let fact): note(fact)
        case .order(let agent, let order): await carry(order, to: agent, start)
        case .collect(let agent, let deadline): await collect(agent, by: deadline, &group)
        case .withdraw(let agent, let keepResults, let deadline): withdraw(agent, keepResults: keepResults, by: deadline, &group)
        case .wake(let moment): wake(at: moment)
        case .end(let verdict): self.verdict = verdict
        }
    }

    private func carry(_ order: AgentOrder, to agent: AgentID, _ start: CommonStart) async {
        guard let session = sessions[agent] else { return }
        switch order {
        case .begin(let stage, let epoch, let together, _):
            await session.send(.begin(stage, epoch: epoch, at: together ? start.moment(for: agent) : nil))
        case .stop(let why): await session.send(.stop(why: why))
        case .query(let id): await session.send(.query(id: id))
        case .renew: await session.send(.ping(id: 0, sentAt: SystemClock.now))
        }
    }

    private func assign(_ agent: AgentID) async {
        guard let session = sessions[agent] else { return }
        let rules = AgentRules(
            lease: plan.policy.lease, heartbeatInterval: plan.shortestHeartbeat, refresh: options.refresh)
        await session.send(.assign(session.plan, agentCount: plan.agents.count, rules: rules))
    }

    private func wake(at moment: Moment) {
        waking?.cancel()
        let tell = tell
        // Ends at its moment, when the next one replaces it, or with the run.
        waking = Task {
            try? await Task.sleep(for: max(.zero, moment - SystemClock.now))
            if !Task.isCancelled { tell.yield(.tick) }
        }
    }

    private func takeBegin(_ stage: StageOrder, _ agent: AgentID, _ moment: Moment, isLoad: Bool) {
        guard isLoad, let offset = clocks[agent]?.offset else { return }
        skews[stage, default: StartSkew()].add(agent, began: moment, offset: offset)
        guard let skew = skews[stage], let measured = skew.measured, skew.agents == participants[stage] else { return }
        note(.startSkew(stage, skew: measured.skew, bound: measured.bound))
    }

    private func takePong(_ agent: AgentID, _ exchange: ClockEstimate.Exchange) {
        guard let first = clocks[agent]?.takeFirst(exchange) else { return }
        note(.clockMeasured(agent, offset: first.value, bound: first.bound))
    }

    private func refresh() {
        let now = SystemClock.now
        for stage in live.keys.sorted() {
            guard let began = record.stages.first(where: { $0.order == stage })?.beganAt else { continue }
            let elapsed = (now - log.beginning) - began.elapsed
            if let figures = live[stage]?.figures(elapsed: elapsed) { note(.interval(stage, figures)) }
        }
    }

    // MARK: The log

    private func note(_ fact: RunFact) {
        let events = EventKind.telling(fact) { agent, stage, outcome in
            StageArrival(outcome, statistics: statistics[agent]?[stage])
        }
        for event in events { note(event) }
        if case .stageBegan(let stage, _, let agents) = fact { participants[stage] = Set(agents) }
        if case .stageEnded(let stage, _) = fact { noteMeasure(of: stage) }
        if case .barrierOpened(let stage, _, _, _) = fact { noteMeasure(of: stage) }
    }

    private func noteMeasure(of stage: StageOrder) {
        let parts = statistics.values.compactMap { $0[stage] }
        if !parts.isEmpty { note(.stageMeasured(stage, StageMeasure(merging: parts))) }
    }

    /// Writes an event down, folds it into the record and shows it. A log that cannot be written is a trouble of the run's.
    func note(_ kind: EventKind) {
        do {
            let event = try log.append(kind, at: SystemClock.now)
            record.apply(event)
            show(event, record)
        } catch {
            remember("the event log could not be written: \(error)")
        }
    }

    /// Something of the results is missing or could not be kept: the verdict says so.
    func remember(_ text: String) {
        if !trouble.contains(text) { trouble.append(text) }
    }

    private func show(_ line: LogLine, _ agent: AgentID) {
        options.logLine(agent, line)
    }

    /// Writes the results and the end; the verdict then also knows what is missing from them.
    private func finish(_ verdict: RunVerdict) -> RunVerdict {
        let closing = RunClosing(folder: folder, plan: plan, statistics: statistics, clocks: clocks)
        let missing = trouble + closing.writeResults(record)
        var final = verdict.marking(missing)
        note(.runEnded(outcome: RunOutcome(final.outcome), exitCode: Int(final.exitCode), reasons: final.reasons))
        if let trouble = closing.write(record) { final = final.marking([trouble]) }
        return final
    }
}
