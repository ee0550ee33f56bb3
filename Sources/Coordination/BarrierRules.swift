import Vocabulary

/// How the agents of one stage wait for each other at its end.
package struct BarrierRules: Hashable, Sendable {
    package var type: BarrierType
    package var liveness: LivenessRules
    /// The longest wait, counted from the first arrival and again from every progress of an agent still at work.
    package var wait: Duration

    package init(type: BarrierType, liveness: LivenessRules = LivenessRules(), wait: Duration = .seconds(120)) {
        precondition(wait > .zero, "a barrier's wait is above zero")
        self.type = type
        self.liveness = liveness
        self.wait = wait
    }
}
