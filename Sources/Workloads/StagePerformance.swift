import Plans
import Synchronization
import Vocabulary

/// One agent's performance of one stage.
///
/// `run` blocks: call it on a thread of its own, once. `progress` and `ledger` may be read from any thread.
package final class StagePerformance: Sendable {
    private let plan: AgentPlan
    private let stage: AgentStage
    private let surroundings: StageSurroundings
    private let ledgerBoard: LedgerBoard
    private let board = ProgressBoard()

    /// `stage` is one of `plan.stages`; `ledger` is what earlier stages' outcomes returned.
    package init(plan: AgentPlan, stage: AgentStage, ledger: PutLedger, surroundings: StageSurroundings) {
        self.plan = plan
        self.stage = stage
        self.surroundings = surroundings
        ledgerBoard = LedgerBoard(ledger)
    }

    /// Up to the last interval; whole when `run` has returned.
    package var progress: StageProgress { board.progress }

    /// What is to be cleaned up if the stage went no further than now.
    package var ledger: PutLedger { ledgerBoard.ledger }

    /// Everything that would keep the stage from being performed on this host, each a sentence with what and why. Blocks; changes nothing.
    package func check() -> [String] {
        var check = StageCheck(plan: plan)
        var problems = check.problems(of: stage)
        if case .load = stage.work, let why = surroundings.operationLog?.check() { problems.append(why) }
        return problems
    }

    /// Performs the stage, from `startAt` on (nil: at once), until it is done, fails or is stopped.
    ///
    /// Returns at most 2 s after `stop`, even where a worker is stuck in a system call: it is then given up and named in the notes.
    package func run(startAt: Moment?, stop: StopFlag, listener: StageListener) -> StageOutcome {
        let context = StageContext(
            plan: plan, stage: stage, surroundings: surroundings, ledger: ledgerBoard, board: board, stop: stop, listener: listener)
        switch stage.work {
        case .validation:
            let problems = check()
            var outcome = context.failed(problems.joined(separator: "\n"))
            if problems.isEmpty { outcome.end = stop.isStopped ? .stopped : .completed }
            return outcome
        case .prepare(let work): return PrepareStage(context: context, work: work).run(startAt: startAt)
        case .load(let work): return LoadStage(context: context, work: work).run(startAt: startAt)
        case .cleanup(let work): return CleanupStage(context: context, work: work).run(startAt: startAt)
        case .custom(let work): return CustomStage(context: context, work: work).run(startAt: startAt)
        case .replay(let work): return ReplayStage(context: context, work: work).run(startAt: startAt)
        }
    }
}
