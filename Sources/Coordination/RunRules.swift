import Vocabulary

/// Everything that decides how a run goes on: its stages and what holds it together.
package struct RunRules: Hashable, Sendable {
    /// What the loss or failure of an agent does in a stage without a barrier.
    package enum OnAgentLoss: String, Hashable, Sendable { case abort, `continue` }

    /// At least one, ascending by `order`.
    package var stages: [StagePolicy]
    /// Fewer members than this break the run.
    package var minimumAgents: Int = 1
    package var onAgentLoss: OnAgentLoss = .abort
    /// Liveness outside of stages with a barrier.
    package var liveness = LivenessRules()
    /// Agents that cannot be reached are left out and the run is degraded, instead of ending it before its first stage.
    package var skipUnreachable: Bool = false
    /// Stages of type cleanup are gone through even after a break.
    package var cleanupAfterBreak: Bool = true
    /// Silence after which an agent ends by itself; every sixth of it the machine orders a renewal.
    package var lease: Duration = .seconds(60)
    /// From the machine's beginning to an agent's link coming up; later is unreachable.
    package var deployTimeout: Duration = .seconds(300)
    /// From an agent's link coming up to its READY.
    package var readyTimeout: Duration = .seconds(120)
    /// Stands before the first stage that begins together.
    package var startDelay: Duration = .seconds(2)
    /// How long an agent that heartbeats may be late with its own stage's time-out before it counts as failed.
    package var stageGrace: Duration = .seconds(30)
    /// From the order to stop until nobody waits for the acknowledgement any more.
    package var stopTimeout: Duration = .seconds(30)
    /// From an interruption until withdrawals begin without the acknowledgement of the stop.
    package var interruptGrace: Duration = .seconds(1)
    /// From an interruption until every process has to be seen gone.
    package var interruptTimeout: Duration = .seconds(5)
    package var collectTimeout: Duration = .seconds(900)
    package var withdrawTimeout: Duration = .seconds(30)

    package init(stages: [StagePolicy]) {
        precondition(!stages.isEmpty, "a run has at least one stage")
        precondition(zip(stages, stages.dropFirst()).allSatisfy { $0.order < $1.order }, "stages ascend by order")
        self.stages = stages
    }

    /// The longest from the order to begin `stage` until everybody in it has ended it, failed or is lost.
    package func bound(of stage: StagePolicy) -> Duration {
        startDelay + stage.timeout + liveness(of: stage).bound + stageGrace
    }

    /// The longest that a run can last, however its agents and its network behave.
    package var bound: Duration {
        let preparing = deployTimeout + readyTimeout + liveness.bound
        let working = stages.reduce(Duration.zero) { $0 + bound(of: $1) + stopTimeout }
        let ending = stopTimeout + interruptTimeout + collectTimeout + withdrawTimeout
        return preparing + working + ending
    }

    /// Liveness of an agent in `stage`: its barrier's, or the run's where it has none.
    func liveness(of stage: StagePolicy) -> LivenessRules { stage.barrier?.liveness ?? liveness }
}
