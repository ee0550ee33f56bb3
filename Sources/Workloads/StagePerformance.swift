import Measurement
import Plans
import Vocabulary

/// One agent's performance of one stage.
///
/// `run` blocks: call it on a thread of its own, once. `progress` may be read from any thread.
package final class StagePerformance: Sendable {
    private let plan: AgentPlan
    private let stage: AgentStage
    private let ledger: PutLedger
    private let surroundings: StageSurroundings

    /// `stage` is one of `plan.stages`; `ledger` is what earlier stages' outcomes returned.
    package init(plan: AgentPlan, stage: AgentStage, ledger: PutLedger, surroundings: StageSurroundings) {
        self.plan = plan
        self.stage = stage
        self.ledger = ledger
        self.surroundings = surroundings
    }

    package var progress: StageProgress { StageProgress() }

    /// Everything that would keep the stage from being performed on this host, each a sentence with what and why.
    package func check() -> [String] { [] }

    /// Performs the stage, from `startAt` on (nil: at once), until it is done, fails or is stopped.
    ///
    /// Returns at most 2 s after `stop`, even where a worker is stuck in a system call: it is then given up and named in the notes.
    package func run(startAt: Moment?, stop: StopFlag, listener: StageListener) -> StageOutcome {
        let now = SystemClock.now
        return StageOutcome(
            end: .failed(why: "\(stage.type.rawValue) stages cannot be performed"),
            statistics: StageStatistics(stage: stage.order, begin: now, end: now), ledger: ledger)
    }
}
