import Measurement
import Plans
import Vocabulary

/// What every kind of stage needs to be performed.
struct StageContext: Sendable {
    let plan: AgentPlan
    let stage: AgentStage
    let surroundings: StageSurroundings
    let ledger: LedgerBoard
    let board: ProgressBoard
    let stop: StopFlag
    let listener: StageListener

    /// Errors after which making or deleting objects ends.
    static let objectErrorLimit = 100

    /// This agent among all.
    var agent: Share {
        let count = max(surroundings.agentCount, plan.number)
        return Share(index: plan.number - 1, count: count)
    }

    /// Different in each run.
    var salt: UInt64 { Random.seed(surroundings.run?.text ?? "") }

    /// `bounds` nil: no other than that of an operation.
    func crew(workers: Int, control: CrewControl, bounds: Crew.Bounds? = nil) -> Crew {
        Crew(
            stage: stage.order, workers: max(1, workers), control: control,
            bounds: bounds ?? Crew.Bounds(operationTimeout: plan.operationTimeout), interval: surroundings.interval, board: board,
            slowdown: TestHooks.slowdown(surroundings), endpoints: plan.endpoints?.uris.count ?? 0, onInterval: listener.onInterval)
    }

    /// The outcome of what a crew did. `failure`: what is wrong with it apart from too many errors.
    func outcome(
        of result: Crew.Result, control: CrewControl, objects: ObjectCounts = ObjectCounts(), failure: String? = nil
    ) -> StageOutcome {
        var statistics = StageStatistics(
            stage: stage.order, firstOperation: result.firstOperation, begin: result.begin, end: result.end, table: result.table,
            errorSamples: result.samples.samples, objects: objects, warmupOperations: result.warmupOperations)
        statistics.endpoints = zip(plan.endpoints?.uris ?? [], result.endpoints)
            .map { EndpointStatistics(endpoint: $0, statistics: $1) }
        var notes = control.notes
        if control.retryCount > 0 { notes.append("operations that failed were tried again \(control.retryCount) times") }
        if control.unverifiedCount > 0 {
            notes.append("\(control.unverifiedCount) GETs and STATs were not verified: what they read does not follow from this playbook")
        }
        if let paused = control.backoff?.summary { notes.append(paused) }
        if let stuck = result.stuck { notes.append("\(stuck); given up") }
        return StageOutcome(
            end: end(of: result, control, failure), statistics: statistics, ledger: ledger.ledger, notes: notes)
    }

    func failed(_ why: String) -> StageOutcome {
        let now = SystemClock.now
        return StageOutcome(
            end: .failed(why: why), statistics: StageStatistics(stage: stage.order, begin: now, end: now), ledger: ledger.ledger)
    }

    private func end(of result: Crew.Result, _ control: CrewControl, _ failure: String?) -> StageOutcome.End {
        let example = result.samples.commonest.map { "; most often: \($0)" } ?? ""
        if control.hasTooManyErrors { return .failed(why: "\(control.errorCount) errors, more than are allowed\(example)") }
        if control.isStoppedByFlag { return .stopped }
        if let failure { return .failed(why: failure + example) }
        if let stuck = result.stuck { return .failed(why: stuck) }
        return .completed
    }
}

extension Crew.Result {
    /// What is to be said of workers that were given up; nil where there are none.
    fileprivate var stuck: String? {
        guard givenUp > 0 else { return nil }
        return "\(givenUp) \(givenUp == 1 ? "worker is" : "workers are") still in an operation that does not end"
    }
}
