/// When silence means loss: `missedThreshold` heartbeats in a row missed, then `queryRetries` + 1 queries unanswered.
package struct LivenessRules: Hashable, Sendable {
    package var heartbeatInterval: Duration
    package var missedThreshold: Int
    package var queryTimeout: Duration
    /// Queries beyond the first.
    package var queryRetries: Int

    package init(
        heartbeatInterval: Duration = .seconds(30), missedThreshold: Int = 3, queryTimeout: Duration = .seconds(10),
        queryRetries: Int = 2
    ) {
        precondition(heartbeatInterval > .zero && queryTimeout > .zero, "liveness needs intervals above zero")
        precondition(missedThreshold >= 1 && queryRetries >= 0, "liveness needs at least one missed heartbeat and one query")
        self.heartbeatInterval = heartbeatInterval
        self.missedThreshold = missedThreshold
        self.queryTimeout = queryTimeout
        self.queryRetries = queryRetries
    }

    /// Silence after which the first query goes out.
    package var patience: Duration { heartbeatInterval * missedThreshold }

    /// The longest silence before an agent is lost, where nobody sees its process end.
    package var bound: Duration { patience + queryTimeout * (queryRetries + 1) }
}
