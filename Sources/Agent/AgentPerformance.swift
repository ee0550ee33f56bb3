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
    private let runID: RunID
    private let agent: AgentID
    private let link: AgentLink
    private let travel: @Sendable (AgentLink) async throws -> Void
    private let resultsPath: String
    private let logFile: ConsoleLog
    /// Called with each new deadline of the lease; nil where no supervisor watches (agents started by hand, tests).
    private let renewLease: (@Sendable (Duration) -> Void)?
    private let inbox: AsyncStream<AgentInward>
    private let tell: AsyncStream<AgentInward>.Continuation

    private var machine: AgentMachine
    private var lease: Duration
    private var leaseRenewed = Moment.zero
    private var assignment: Assignment?
    private var stage: StageThread?
    private var begun: (stage: StageOrder, epoch: UInt32)?
    private var statistics: [StageOrder: StageStatistics] = [:]
    private var ledger = PutLedger()
    private var unsaved: Set<String> = []
    private var waking: Task<Void, Never>?
    private var sending: Task<Void, Never>?
    private var heartbeat: Task<Void, Never>?

    private struct Assignment {
        var plan: AgentPlan
        var agentCount: Int
        var rules: AgentRules
        var folder: AgentFolder
        var ledgerFile: LedgerFile
    }

    /// - Parameters:
    ///   - travel: moves the link's bytes until it is closed: admits or dials, again and again.
    ///   - resultsPath: where the agent's files lie; it exists.
    package init(
        run: RunID, agent: AgentID, lease: Duration, link: AgentLink, resultsPath: String,
        travel: @escaping @Sendable (AgentLink) async throws -> Void, renewLease: (@Sendable (Duration) -> Void)? = nil
    ) throws {
        self.runID = run
        self.agent = agent
        self.lease = lease
        self.link = link
        self.travel = travel
        self.resultsPath = resultsPath
        self.renewLease = renewLease
        logFile = try ConsoleLog(path: resultsPath + "/" + AgentFolder.logName)
        machine = AgentMachine(rules: AgentBounds(timeouts: [:], lease: lease), now: SystemClock.now)
        (inbox, tell) = AsyncStream.makeStream(of: AgentInward.self, bufferingPolicy: .bufferingNewest(Self.inboxLimit))
    }

    /// Events that wait to be taken, at most: a few a second come, so this many mean that the process stands still.
    private static let inboxLimit = 65_536

    /// SIGTERM: save and exit.
    package nonisolated func terminate() { tell.yield(.terminated) }

    /// Performs until the end and returns why it came. The link is closed then and no stage runs any more.
    package func run() async -> ExitReason {
        let (tell, link, travel) = (tell, link, travel)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await travel(link) } catch { tell.yield(.linkDown(why: "\(error)")) }
            }
            group.addTask {
                for await event in link.events { tell.yield(Self.inward(event)) }
            }
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

    private static func inward(_ event: LinkEvent<Order>) -> AgentInward {
        switch event {
        case .up: .linkUp
        case .down(let why): .linkDown(why: "\(why)")
        case .received(let order, let at): .order(order, at: at)
        }
    }

    // What happened, told to the machine; a reason where that was the last of it.
    private func take(_ inward: AgentInward) async -> ExitReason? {
        switch inward {
        case .linkUp:
            heard()
            return await decide(.linked)
        case .linkDown(let why):
            await log(.warning, "the link is down: \(why)")
            return nil
        case .order(let order, let at):
            heard()
            return await take(order, receivedAt: at)
        case .stageBegan(let order, let epoch, let at, let first):
            return await takeBegin(order, epoch, at: at, firstOperation: first)
        case .interval(let interval):
            await save("an interval") { try $0.append(interval) }
            if let made = stage?.ledger { await keep(made, final: false) }
            tellNews(.interval(interval))
            return nil
        case .line(let line):
            await log(.info, line)
            return nil
        case .stageEnded(let order, let epoch, let outcome):
            return await takeEnd(order, epoch, outcome)
        case .resultsSent(let unreadable):
            for path in unreadable { await log(.error, "\(path) could not be sent") }
            return nil
        case .heartbeat:
            tellNews(.heartbeat(progress))
            return nil
        case .tick: return await decide(.tick)
        case .terminated: return await decide(.terminated(why: "SIGTERM"))
        }
    }

    private func take(_ order: Order, receivedAt: Moment) async -> ExitReason? {
        switch order {
        case .assign(let plan, let count, let rules):
            await takeAssignment(plan, count, rules)
            return nil
        case .ping(let id, let sent):
            tellNews(.pong(id: id, sentAt: sent, receivedAt: receivedAt, answeredAt: SystemClock.now))
            return await decide(.heard)
        case .query(let id): return await decide(.query(id))
        case .begin(let stage, let epoch, let at): return await decide(.begin(stage, epoch: epoch, at: at))
        case .stop(let why): return await decide(.stop(why: why))
        case .collect: return await decide(.collect)
        case .leave: return await decide(.leave)
        }
    }

    private func decide(_ event: AgentEvent) async -> ExitReason? {
        for action in machine.event(event, at: SystemClock.now) {
            if case .exit(let reason) = action { return reason }
            await carryOut(action)
        }
        return nil
    }

    private func carryOut(_ action: AgentAction) async {
        switch action {
        case .perform(let order, let epoch, let at): await perform(order, epoch, at)
        case .endLoad(let why):
            await log(.info, "ending the load: \(why)")
            stage?.end()
        case .report(let decided): await carry(decided)
        case .sendResults: await sendResults()
        case .wake(let moment): wake(at: moment)
        case .exit: preconditionFailure("an exit is taken before its actions are carried out")
        }
    }

    private func carry(_ decided: AgentReport) async {
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

// What an agent does when its machine has decided.
extension AgentPerformance {
    private var progress: Progress { stage?.progress ?? Progress(stage: nil, operations: 0, bytes: 0) }

    private func takeAssignment(_ plan: AgentPlan, _ agentCount: Int, _ rules: AgentRules) async {
        let new: Assignment
        do {
            new = Assignment(
                plan: plan, agentCount: agentCount, rules: rules,
                folder: try AgentFolder(path: resultsPath, agent: agent, stages: plan.stages),
                ledgerFile: try LedgerFile(run: runID, agent: agent, directory: plan.ledgerDirectory, resultsPath: resultsPath))
        } catch {
            await report(.notReady(["\(error)"]))
            return
        }
        assignment = new
        lease = rules.lease
        let timeouts = Dictionary(uniqueKeysWithValues: plan.stages.map { ($0.order, $0.timeout) })
        machine = AgentMachine(rules: AgentBounds(timeouts: timeouts, lease: lease), now: SystemClock.now)
        _ = await decide(.linked)
        beat(every: new.rules.heartbeatInterval)
        let problems = await check(new)
        if problems.isEmpty {
            await report(.ready(HostFacts.ofThisHost()))
        } else {
            await report(.notReady(problems))
        }
    }

    /// Everything that keeps this agent from its plan; looked for on a thread of its own, since storage may hang.
    private func check(_ assignment: Assignment) async -> [String] {
        let performances = assignment.plan.stages.map { performance(of: $0, assignment) }
        return await withCheckedContinuation { continuation in
            startThread {
                var seen: Set<String> = []
                continuation.resume(returning: performances.flatMap { $0.check() }.filter { seen.insert($0).inserted })
            }
        }
    }

    private func performance(of stage: AgentStage, _ assignment: Assignment) -> StagePerformance {
        StagePerformance(
            plan: assignment.plan, stage: stage, ledger: ledger,
            surroundings: StageSurroundings(
                run: runID, agentCount: assignment.agentCount, resultsFolder: resultsPath, interval: assignment.rules.refresh))
    }

    private func perform(_ order: StageOrder, _ epoch: UInt32, _ at: Moment?) async {
        guard let assignment, let plan = assignment.plan.stages.first(where: { $0.order == order }) else {
            tell.yield(.stageEnded(order, epoch: epoch, .unknownStage(order)))
            return
        }
        await log(.info, "stage \(order) (\(plan.name)) begins")
        let thread = StageThread(performance: performance(of: plan, assignment), stage: order, epoch: epoch)
        stage = thread
        begun = nil
        let tell = tell
        thread.start(at: at, waitsForLoad: plan.type == .execute || plan.type == .hybrid) { tell.yield($0) }
    }

    private func takeBegin(_ order: StageOrder, _ epoch: UInt32, at: Moment, firstOperation: Moment?) async -> ExitReason? {
        guard stage?.stage == order, stage?.epoch == epoch, begun == nil else { return nil }
        begun = (order, epoch)
        await report(.began(order, epoch: epoch, at: at, firstOperation: firstOperation))
        return await decide(.began(order, epoch: epoch))
    }

    private func takeEnd(_ order: StageOrder, _ epoch: UInt32, _ outcome: Workloads.StageOutcome) async -> ExitReason? {
        if stage?.stage == order, stage?.epoch == epoch { stage = nil }
        ledger = outcome.ledger
        await keep(ledger, final: true)
        statistics[order] = outcome.statistics
        for note in outcome.notes { await log(.warning, note) }
        await save("the statistics of stage \(order)") { try $0.append(outcome.statistics) }
        await log(.info, "stage \(order) ended: \(outcome.end)")
        return await decide(.ended(order, epoch: epoch, Coordination.StageOutcome(outcome.end)))
    }

    private func sendResults() async {
        guard sending == nil else { return }
        do {
            try assignment?.ledgerFile.bringHome()
        } catch {
            await log(.error, "the ledger could not be brought home: \(error)")
        }
        let (link, tell, path) = (link, tell, resultsPath)
        // Ends with its last piece, or when `leave` cancels it.
        sending = Task {
            let unreadable = try? await ResultFiles.send(from: path) { try await link.send($0) }
            tell.yield(.resultsSent(unreadable: unreadable ?? []))
        }
    }

    /// Keeps something in the results; what cannot be kept is said, once a sort, and the load goes on.
    private func save(_ what: String, _ write: (AgentFolder) throws -> Void) async {
        guard let folder = assignment?.folder else { return }
        do {
            try write(folder)
        } catch {
            if unsaved.insert(what).inserted { await log(.error, "\(what) could not be saved: \(error)") }
        }
    }

    private func keep(_ made: PutLedger, final: Bool) async {
        do {
            try assignment?.ledgerFile.keep(made, at: SystemClock.now, final: final)
        } catch {
            if unsaved.insert("ledger").inserted { await log(.error, "the ledger could not be saved: \(error)") }
        }
    }

    private func heard() {
        let now = SystemClock.now
        guard let renewLease, now - leaseRenewed >= .seconds(1) || lease < .seconds(10) else { return }
        leaseRenewed = now
        renewLease(lease)
    }

    private func wake(at moment: Moment) {
        waking?.cancel()
        let tell = tell
        // Ends at its moment, or when the next one replaces it.
        waking = Task {
            try? await Task.sleep(for: max(.zero, moment - SystemClock.now))
            if !Task.isCancelled { tell.yield(.tick) }
        }
    }

    private func beat(every interval: Duration) {
        heartbeat?.cancel()
        let tell = tell
        // Ends when `leave` cancels it.
        heartbeat = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                tell.yield(.heartbeat)
            }
        }
    }

    private func log(_ level: LogLine.Level, _ text: String) async {
        let line = LogLine(moment: SystemClock.now, level: level, text: text)
        logFile.append("\(UTC.label(nanoseconds: SystemClock.utcNanoseconds)) \(level) \(text)")
        await report(.log([line]))
    }

    /// Ends what runs, saves, says goodbye and closes the link; bounded by a few seconds.
    private func leave(_ reason: ExitReason) async {
        waking?.cancel()
        heartbeat?.cancel()
        sending?.cancel()
        stage?.end()
        await log(.info, "leaving: \(reason)")
        await awaitEndOfStage()
        if reason == .ordered { assignment?.ledgerFile.remove() }
        sync()
        await report(.leaving(why: "\(reason)"))
        await flush(within: .seconds(2))
        link.close()
        tell.finish()
    }

    private func flush(within deadline: Duration) async {
        let link = link
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await link.flush() }
            group.addTask { try? await Task.sleep(for: deadline) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Says what matters; on a closed link there is nobody to say it to, and the results hold it.
    private func report(_ report: Report) async { try? await link.send(report) }

    /// Says what only the newest of counts; never waits.
    private func tellNews(_ report: Report) { _ = try? link.post(report) }

    private func awaitEndOfStage() async {
        guard let running = stage else { return }
        let deadline = SystemClock.now + .seconds(3)
        wake(at: deadline)
        for await inward in inbox {
            switch inward {
            case .interval(let interval): await save("an interval") { try $0.append(interval) }
            case .stageEnded(let order, let epoch, let outcome) where order == running.stage && epoch == running.epoch:
                _ = await takeEnd(order, epoch, outcome)
                return
            default: if SystemClock.now >= deadline { return }
            }
        }
    }
}
