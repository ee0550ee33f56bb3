import Carriers
import Coordination
import FoundationEssentials
import Glibc
import Link
import Measurement
import Plans
import Results
import Vocabulary
import Workloads

/// One agent in one run: takes orders, performs stages, reports, and ends when it is told to or hears nothing for its lease.
///
/// Every event passes `take`: the `AgentMachine` decides, `carryOut` acts. Stages run on threads of their own.
package actor AgentPerformance {
    let runID: RunID
    let agent: AgentID
    let link: AgentLink
    let travel: @Sendable (AgentLink) async throws -> Void
    let resultsPath: String
    let processLog: String?
    /// An operation log for runs whose playbook asks for none.
    let ownOperationLog: String?
    let logFile: ConsoleLog
    let logTail: LogTail
    /// nil where the agent has no door: it dials.
    let watch: DoorWatch?
    /// Wall-clock nanoseconds at the moment 0 of this process's monotonic clock: labels follow the one clock that never jumps.
    let epochOfZero = SystemClock.utcNanoseconds - SystemClock.now.nanoseconds
    /// Called with each new deadline of the lease; nil where no supervisor watches (agents started by hand, tests).
    let renewLease: (@Sendable (Duration) -> Void)?
    let inbox: AsyncStream<AgentInward>
    let tell: AsyncStream<AgentInward>.Continuation

    var machine: AgentMachine
    var lease: Duration
    var leaseRenewed = Moment.zero
    var assignment: Assignment?
    /// What it answered to it: READY, or every problem.
    var readiness: Report?
    var stage: StageThread?
    var begun: (stage: StageOrder, epoch: UInt32)?
    var statistics: [StageOrder: StageStatistics] = [:]
    var ledger = PutLedger()
    /// What could not be kept in the results, and why.
    var unsaved: [String: String] = [:]
    var waking: Task<Void, Never>?
    var sending: Task<Void, Never>?
    /// The sending of its results that was ordered last.
    var pass: UInt64 = 0
    /// What the controller has of them.
    var held: [HeldFile] = []
    var heartbeat: Task<Void, Never>?

    struct Assignment {
        var plan: AgentPlan
        var agentCount: Int
        var rules: AgentRules
        var folder: AgentFolder
        var ledgerFile: LedgerFile
        var operationLog: OperationLog?
    }

    /// - Parameters:
    ///   - travel: moves the link's bytes until it is closed: admits or dials, again and again.
    ///   - resultsPath: where the agent's files lie; it exists.
    ///   - processLog: the file that standard error goes to, to be sent home too; nil where a person reads it.
    package init(
        run: RunID, agent: AgentID, lease: Duration, link: AgentLink, resultsPath: String, processLog: String? = nil,
        operationLog: String? = nil, watch: DoorWatch? = nil,
        travel: @escaping @Sendable (AgentLink) async throws -> Void, renewLease: (@Sendable (Duration) -> Void)? = nil
    ) throws {
        self.runID = run
        self.agent = agent
        self.lease = lease
        self.link = link
        self.travel = travel
        self.resultsPath = resultsPath
        self.processLog = processLog
        ownOperationLog = operationLog
        self.watch = watch
        self.renewLease = renewLease
        let logPath = resultsPath + "/" + AgentFolder.logName
        logFile = try ConsoleLog(path: logPath)
        logTail = LogTail(path: logPath, link: link, epochOfZero: epochOfZero)
        machine = AgentMachine(rules: AgentBounds(timeouts: [:], lease: lease), now: SystemClock.now)
        (inbox, tell) = AsyncStream.makeStream(of: AgentInward.self, bufferingPolicy: .bufferingNewest(Self.inboxLimit))
    }

    /// Events that wait to be taken, at most: a few a second come, so this many mean that the process stands still.
    static let inboxLimit = 65_536

    /// SIGTERM: save and exit.
    package nonisolated func terminate() { tell.yield(.terminated) }

    /// Performs until the end and returns why it came. The link is closed then and no stage runs any more.
    package func run() async -> ExitReason {
        let (tell, link, travel) = (tell, link, travel)
        watch?.ask { tell.yield(.stranger(why: $0)) }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await travel(link) } catch { tell.yield(.linkDown(why: "\(error)")) }
            }
            group.addTask {
                for await event in link.events {
                    Self.answer(event, over: link)
                    tell.yield(Self.inward(event))
                }
            }
            group.addTask { [logTail] in await logTail.run() }
            wake(at: SystemClock.now + lease)
            for await inward in inbox {
                if let reason = await take(inward) {
                    await leave(reason)
                    group.cancelAll()
                    return reason
                }
            }
            return .ordered
        }
    }

    /// Questions for the clock are answered here: whatever the agent is busy with would only make the answer worse.
    private static func answer(_ event: LinkEvent<Order>, over link: AgentLink) {
        guard case .received(.ping(let id, let sent), let at) = event else { return }
        _ = try? link.post(.pong(id: id, sentAt: sent, receivedAt: at, answeredAt: SystemClock.now))
    }

    static func inward(_ event: LinkEvent<Order>) -> AgentInward {
        switch event {
        case .up: .linkUp
        case .down(let why): .linkDown(why: "\(why)")
        case .received(let order, let at): .order(order, at: at)
        }
    }

    // What happened, told to the machine; a reason where that was the last of it.
    func take(_ inward: AgentInward) async -> ExitReason? {
        switch inward {
        case .linkUp:
            heard()
            return await decide(.linked)
        case .linkDown(let why):
            log(.warning, "the link is down: \(why)")
            return nil
        case .order(let order, _):
            heard()
            return await take(order)
        case .stageBegan(let order, let epoch, let at, let first):
            return await takeBegin(order, epoch, at: at, firstOperation: first)
        case .interval(let interval):
            await save("an interval") { try $0.append(interval) }
            if let made = stage?.ledger { await keep(made, final: false) }
            tellNews(.interval(interval))
            return nil
        case .line(let line):
            log(.info, line)
            return nil
        case .stageEnded(let order, let epoch, let outcome):
            return await takeEnd(order, epoch, outcome)
        case .resultsSent(let unreadable):
            for path in unreadable { log(.error, "\(path) could not be sent") }
            return nil
        case .stranger(let why):
            await report(.stranger(why: why))
            return nil
        case .heartbeat:
            tellNews(.heartbeat(progress))
            return nil
        case .tick: return await decide(.tick)
        case .terminated: return await decide(.terminated(why: "SIGTERM"))
        }
    }

    func take(_ order: Order) async -> ExitReason? {
        switch order {
        case .assign(let plan, let count, let rules):
            await takeAssignment(plan, count, rules)
            return nil
        case .ping: return await decide(.heard)
        case .query(let id): return await decide(.query(id))
        case .begin(let stage, let epoch, let at): return await decide(.begin(stage, epoch: epoch, at: at))
        case .finish(let stage, let epoch, let at): return await decide(.finish(stage, epoch: epoch, at: at))
        case .stop(let why): return await decide(.stop(why: why))
        case .collect(let ordered, let held):
            pass = ordered
            self.held = held
            return await decide(.collect)
        case .leave: return await decide(.leave)
        }
    }

    func decide(_ event: AgentEvent) async -> ExitReason? {
        for action in machine.event(event, at: SystemClock.now) {
            if case .exit(let reason) = action { return reason }
            await carryOut(action)
        }
        return nil
    }

    func carryOut(_ action: AgentAction) async {
        switch action {
        case .perform(let order, let epoch, let at): await perform(order, epoch, at)
        case .completeLoad(let moment):
            log(.info, "completing the load, as ordered")
            stage?.complete(at: moment)
        case .endLoad(let why):
            log(.info, "ending the load: \(why)")
            stage?.end()
        case .report(let decided): await carry(decided)
        case .sendResults: await sendResults()
        case .wake(let moment): wake(at: moment)
        case .exit: preconditionFailure("an exit is taken before its actions are carried out")
        }
    }

    func carry(_ decided: AgentReport) async {
        switch decided {
        case .began: break  // reported with its moment, by `takeBegin`
        case .arrived(let order, let epoch, let outcome):
            let now = SystemClock.now
            let counted = statistics[order] ?? StageStatistics(stage: order, begin: now, end: now)
            await report(.arrived(order, epoch: epoch, Arrival(outcome), counted))
        case .stopped: await report(.stopped)
        case .answer(let id): tellNews(.answer(id: id, progress))
        }
    }
}
