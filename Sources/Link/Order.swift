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
    /// End all load now; the agent reports `stopped` when it has.
    case stop(why: String)
    /// Send all results, from behind what is home already.
    case collect(home: [HomeFile] = [])
    /// Exit; `discard` removes the run directory too, because the results are home.
    case leave(discard: Bool)
}

/// What is home of one of an agent's files.
package struct HomeFile: Sendable, Hashable {
    /// Relative to the result directory, as a `ResultPiece` has it.
    package var path: String
    package var bytes: UInt64

    package init(path: String, bytes: UInt64) {
        self.path = path
        self.bytes = bytes
    }
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
