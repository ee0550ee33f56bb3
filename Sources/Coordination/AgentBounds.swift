import Vocabulary

/// What an agent has to know to hold itself together.
package struct AgentBounds: Hashable, Sendable {
    /// Each stage's bound on this agent.
    package var timeouts: [StageOrder: Duration]
    /// Silence after which it ends its load, saves and exits.
    package var lease: Duration
    /// From the order to end a load until it counts as not to be ended.
    package var endGrace: Duration = .seconds(5)

    package init(timeouts: [StageOrder: Duration], lease: Duration = .seconds(60)) {
        precondition(lease > .zero, "a lease is above zero")
        self.timeouts = timeouts
        self.lease = lease
    }
}
