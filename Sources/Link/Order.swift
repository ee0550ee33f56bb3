import Plans
import Vocabulary

/// What the controller tells an agent.
package enum Order: Sendable, Equatable {
    /// What to do; nothing happens before the agent has answered `ready` and been told to begin.
    case assign(AgentPlan, agentCount: Int, rules: AgentRules)
    /// Renews the lease and measures the clock: the agent answers `pong`. `sentAt` is on the controller's clock.
    case ping(id: UInt64, sentAt: Moment)
    /// Asks for a sign of life: the agent answers `answer` with the same id.
    case query(id: UInt32)
    /// Begin the stage at a moment of the agent's own monotonic clock; nil: at once.
    case begin(StageOrder, epoch: UInt32, at: Moment?)
    /// Complete the stage's load at a moment of the agent's own monotonic clock; nil: at once. The agent arrives as it would have later.
    case finish(StageOrder, epoch: UInt32, at: Moment?)
    /// End all load now; the agent reports `stopped` when it has.
    case stop(why: String)
    /// Send all results but what is `held` already; `pass` tells this sending from an earlier one of which something may still be under way.
    case collect(pass: UInt64 = 0, held: [HeldFile] = [])
    /// Exit; `discard` removes the run directory too, because the results are home.
    case leave(discard: Bool)
}

/// What an agent keeps to by itself, without being asked.
package struct AgentRules: Sendable, Equatable {
    /// Silence of the controller after which the agent ends its load, saves its results and exits.
    package var lease: Duration
    package var heartbeatInterval: Duration
    /// Length of the intervals that are reported while load runs.
    package var refresh: Duration

    package init(lease: Duration, heartbeatInterval: Duration, refresh: Duration) {
        self.lease = lease
        self.heartbeatInterval = heartbeatInterval
        self.refresh = refresh
    }
}
