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

// Its plan and its stages: taking them on, beginning and ending them.
extension AgentPerformance {
    var progress: Progress { stage?.progress ?? Progress(stage: nil, operations: 0, bytes: 0) }

    func takeAssignment(_ plan: AgentPlan, _ agentCount: Int, _ rules: AgentRules) async {
        // A controller that took the run up may not know that it has been told already.
        if let readiness { return await report(readiness) }
        let new: Assignment
        do {
            new = Assignment(
                plan: plan, agentCount: agentCount, rules: rules,
                folder: try AgentFolder(
                    path: resultsPath, agent: agent, stages: plan.stages,
                    performanceLog: plan.performanceLog ?? PerformanceLogPlan()),
                ledgerFile: try LedgerFile(run: runID, agent: agent, directory: plan.ledgerDirectory, resultsPath: resultsPath),
                operationLog: operationLog(of: plan))
        } catch {
            await become(.notReady(["\(error)"]))
            return
        }
        assignment = new
        lease = rules.lease
        let timeouts = Dictionary(uniqueKeysWithValues: plan.stages.map { ($0.order, $0.timeout) })
        machine = AgentMachine(rules: AgentBounds(timeouts: timeouts, lease: lease), now: SystemClock.now)
        _ = await decide(.linked)
        beat(every: new.rules.heartbeatInterval)
        let problems = await check(new)
        await become(problems.isEmpty ? .ready(HostFacts.ofThisHost()) : .notReady(problems))
    }

    private func become(_ readiness: Report) async {
        self.readiness = readiness
        await report(readiness)
    }

    /// Everything that keeps this agent from its plan; looked for on a thread of its own, since storage may hang.
    func check(_ assignment: Assignment) async -> [String] {
        let performances = assignment.plan.stages.map { performance(of: $0, assignment) }
        return await withCheckedContinuation { continuation in
            startThread {
                var seen: Set<String> = []
                continuation.resume(returning: performances.flatMap { $0.check() }.filter { seen.insert($0).inserted })
            }
        }
    }

    func performance(of stage: AgentStage, _ assignment: Assignment) -> StagePerformance {
        var surroundings = StageSurroundings(
            run: runID, agentCount: assignment.agentCount, resultsFolder: resultsPath, interval: assignment.rules.refresh)
        surroundings.operationLog = assignment.operationLog
        return StagePerformance(plan: assignment.plan, stage: stage, ledger: ledger, surroundings: surroundings)
    }

    /// The playbook's, else the one that the agent was started with. A relative one lies among the results, and comes home with them.
    private func operationLog(of plan: AgentPlan) -> OperationLog? {
        guard let path = plan.operationLog ?? ownOperationLog.map({ filePath($0, of: agent) }) else { return nil }
        return OperationLog(
            path: path.hasPrefix("/") ? path : "\(resultsPath)/\(path)", client: agent.text,
            settings: OperationLog.Settings(environment: plan.environment))
    }

    func perform(_ order: StageOrder, _ epoch: UInt32, _ at: Moment?) async {
        guard let assignment, let plan = assignment.plan.stages.first(where: { $0.order == order }) else {
            tell.yield(.stageEnded(order, epoch: epoch, .unknownStage(order)))
            return
        }
        log(.info, "stage \(order) (\(plan.name)) begins")
        let thread = StageThread(performance: performance(of: plan, assignment), stage: order, epoch: epoch)
        stage = thread
        begun = nil
        let tell = tell
        thread.start(at: at, waitsForLoad: plan.type == .execute || plan.type == .hybrid) { tell.yield($0) }
    }

    func takeBegin(_ order: StageOrder, _ epoch: UInt32, at: Moment, firstOperation: Moment?) async -> ExitReason? {
        guard stage?.stage == order, stage?.epoch == epoch, begun == nil else { return nil }
        begun = (order, epoch)
        await report(.began(order, epoch: epoch, at: at, firstOperation: firstOperation))
        return await decide(.began(order, epoch: epoch))
    }

    func takeEnd(_ order: StageOrder, _ epoch: UInt32, _ outcome: Workloads.StageOutcome) async -> ExitReason? {
        if stage?.stage == order, stage?.epoch == epoch { stage = nil }
        ledger = outcome.ledger
        await keep(ledger, final: true)
        statistics[order] = outcome.statistics
        for note in outcome.notes { log(.warning, note) }
        await save("the statistics of stage \(order)") { try $0.append(outcome.statistics) }
        log(.info, "stage \(order) ended: \(outcome.end)")
        return await decide(.ended(order, epoch: epoch, Coordination.StageOutcome(outcome.end)))
    }
}
