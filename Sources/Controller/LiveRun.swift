import Carriers
import Coordination
import Deployment
import Glibc
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
    let log: EventLog
    let show: @Sendable (Event, RunRecord) -> Void

    var machine: RunMachine
    package internal(set) var record = RunRecord()
    let inbox: AsyncStream<RunInward>
    let tell: AsyncStream<RunInward>.Continuation
    var sessions: [AgentID: AgentSession] = [:]

    /// Which of the run's controllers this one is, from 1.
    let number: Int
    let lock: RunLock
    let arrivals: ArrivalFile
    /// What was left for this controller to go on with; nil where it began the run.
    let takenUp: UnfinishedRun?

    var clocks: [AgentID: AgentClock] = [:]
    /// Agents that are ready, and whose clocks are not known yet.
    var readyUnmeasured: Set<AgentID> = []
    var logs: [AgentID: LiveLog] = [:]
    var hostFacts: [AgentID: [String: String]] = [:]
    var receivers: [AgentID: ResultReceiver] = [:]
    var collecting: [AgentID: CollectionState] = [:]
    /// How often results were asked for over a link.
    var passes: UInt64 = 0
    var statistics: [AgentID: [StageOrder: StageStatistics]] = [:]
    var merges: [StageOrder: StageMerge] = [:]
    var live: [StageOrder: LiveStage] = [:]
    /// Of stages that end when their throughput settles.
    var steadiness: [StageOrder: SteadyStateWatch] = [:]
    /// The first operation of each agent, on its own clock.
    var beginnings: [StageOrder: [AgentID: Moment]] = [:]
    var participants: [StageOrder: Set<AgentID>] = [:]
    var waking: Task<Void, Never>?
    /// Events of a decision, which are folded and shown when its orders are out; nil between decisions.
    var unfolded: [Event]?
    /// The record as far as it was shown.
    var shown: RunRecord
    var trouble: [String] = []
    /// Connections of strangers so far.
    var strangers = 0
    var verdict: RunVerdict?
    /// The agents are ready, and wait for another controller to begin.
    var isLeft = false
    /// When this controller began with the run.
    let beganAt = SystemClock.now

    /// - Parameter show: called with each event, in order, after it is in the log, and with the record that it leads to.
    package init(
        plan: Plan, options: RunOptions, surroundings: RunSurroundings, folder: RunFolder,
        show: @escaping @Sendable (Event, RunRecord) -> Void
    ) throws {
        self.plan = plan
        self.options = options
        self.surroundings = surroundings
        self.folder = folder
        self.show = show
        takenUp = nil
        shown = RunRecord()
        number = 1
        let control = folder.control
        try control.create()
        lock = try RunLock(control)
        try control.write(Array(surroundings.key.revealed.utf8), to: control.keyPath)
        try StandingOrder(plan: plan, options: options, agentPath: surroundings.bundle?.path).write(to: control)
        arrivals = try ArrivalFile(control.arrivalsPath)
        let now = SystemClock.now
        log = try EventLog(path: folder.eventsPath, beginning: now)
        machine = RunMachine(
            rules: RunRules(plan: plan, skipUnreachable: options.skipUnreachable), agents: plan.agents.map(\.id), now: now)
        (inbox, tell) = AsyncStream.makeStream(of: RunInward.self)
    }

    /// Goes on with a run that another controller left.
    package init(
        takingUp run: UnfinishedRun, options: RunOptions, surroundings: RunSurroundings,
        show: @escaping @Sendable (Event, RunRecord) -> Void
    ) throws {
        plan = run.order.plan
        self.options = options
        self.surroundings = surroundings
        folder = run.folder
        self.show = show
        takenUp = run
        lock = run.lock
        record = run.record
        shown = run.record
        number = (run.record.controller?.number ?? 1) + 1
        statistics = try ArrivalFile.read(folder.control.arrivalsPath)
        arrivals = try ArrivalFile(folder.control.arrivalsPath)
        let now = SystemClock.now
        log = try EventLog(
            goingOnWith: run.contents, at: folder.eventsPath, beginning: run.beginning(now: now, boot: ControllerBeginning.thisBoot))
        machine = RunMachine(
            rules: RunRules(plan: plan, skipUnreachable: options.skipUnreachable), agents: plan.agents.map(\.id), recalling: run.facts,
            now: now)
        (inbox, tell) = AsyncStream.makeStream(of: RunInward.self)
    }

    /// Performs the plan to its end and leaves the results in the folder.
    ///
    /// - Parameter interruptions: each Ctrl-C or SIGTERM; the first ends the load and withdraws, the second ends the collection too.
    /// - Returns: nil where the agents were left to another controller, as the options say.
    package func perform(interruptions: AsyncStream<Void>) async -> RunVerdict? {
        if takenUp == nil { note(.runBegan(RunBeginning(run: surroundings.run, plan: plan))) }
        note(
            .controllerBegan(
                ControllerBeginning(
                    number: number, pid: Int(getpid()), boot: ControllerBeginning.thisBoot, zero: log.beginning,
                    port: surroundings.direct?.port)))
        let control = ControlDoor(folder.control, tell: tell)
        defer { control?.close() }
        let verdict = await withDiscardingTaskGroup { group -> RunVerdict? in
            openSessions(&group)
            let tell = tell
            group.addTask { for await _ in interruptions { tell.yield(.interrupted(why: "Ctrl-C or SIGTERM", now: false)) } }
            group.addTask { await Self.tickRegularly(every: self.options.refresh, tell) }
            await begin(&group)
            for await inward in inbox {
                await take(inward, &group)
                if self.verdict != nil || isLeft {
                    await closeSessions()
                    group.cancelAll()
                    return self.verdict
                }
            }
            preconditionFailure("the inbox of a run does not end before the run")
        }
        return verdict.map(finish)
    }

    /// The machine's first word: that it waits, or, where the run was taken up, all that has to be ordered again.
    private func begin(_ group: inout DiscardingTaskGroup) async {
        guard takenUp != nil else { return wake(at: SystemClock.now) }
        for (stage, epoch) in record.stages.compactMap({ stage in stage.epoch.map { (stage, $0) } }) where epoch > 0 {
            participants[stage.order] = Set(stage.participants)
        }
        let now = SystemClock.now
        await carryOut(machine.resume(at: now), at: now, &group)
    }

    func openSessions(_ group: inout DiscardingTaskGroup) {
        let tell = tell
        for agent in plan.agents {
            let token = surroundings.token(for: agent)
            let session = AgentSession(
                plan: agent, surroundings: surroundings, token: token, controller: UInt64(number),
                isKnown: takenUp != nil && machine.member(agent.id)?.hasSpoken ?? false, start: start(of: agent.id)
            ) { tell.yield(.session(agent.id, $0, $1)) }
            sessions[agent.id] = session
            group.addTask { await session.run() }
        }
        if let direct = surroundings.direct {
            direct.tellRefusals { tell.yield(.stranger(why: $0)) }
            group.addTask {
                do { try await direct.reception.run(at: direct.doorway) } catch { tell.yield(.doorClosed(why: "\(error)")) }
            }
        }
    }

    private func start(of agent: AgentID) -> AgentSession.Start {
        guard takenUp != nil, let known = record.agent(agent) else { return .fresh }
        if known.presence == .gone { return .gone }
        guard let deployed = known.deployed else { return machine.phase < .stopping ? .again : .unconfirmed }
        return .there(DeployedAgent(deployed, agent, of: surroundings.run))
    }

    func closeSessions() async {
        waking?.cancel()
        await withDiscardingTaskGroup { group in
            for session in sessions.values { group.addTask { await session.close() } }
        }
        tell.finish()
    }

    static func tickRegularly(every interval: Duration, _ tell: AsyncStream<RunInward>.Continuation) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            tell.yield(.refresh)
        }
    }
}
