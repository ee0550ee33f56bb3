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
    let log: EventLog
    let show: @Sendable (Event, RunRecord) -> Void

    var machine: RunMachine
    package internal(set) var record = RunRecord()
    let inbox: AsyncStream<RunInward>
    let tell: AsyncStream<RunInward>.Continuation
    var sessions: [AgentID: AgentSession] = [:]

    var clocks: [AgentID: AgentClock] = [:]
    var receivers: [AgentID: ResultReceiver] = [:]
    var collecting: [AgentID: CollectionState] = [:]
    var statistics: [AgentID: [StageOrder: StageStatistics]] = [:]
    var live: [StageOrder: LiveStage] = [:]
    var skews: [StageOrder: StartSkew] = [:]
    var participants: [StageOrder: Set<AgentID>] = [:]
    var waking: Task<Void, Never>?
    var trouble: [String] = []
    var verdict: RunVerdict?

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

    func openSessions(_ group: inout DiscardingTaskGroup) {
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
