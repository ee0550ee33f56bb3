import Vocabulary

/// What the coordination has to know of one stage.
package struct StagePolicy: Hashable, Sendable {
    package var order: StageOrder
    package var type: StageType
    /// nil: agents go on by themselves.
    package var barrier: BarrierRules?
    /// The stage's bound on each agent, kept by the agent itself.
    package var timeout: Duration
    /// A failure in it counts as an arrival and does not fail the run.
    package var optional: Bool
    /// Whether its agents begin at one ordered moment.
    package var beginsTogether: Bool

    package init(
        order: StageOrder, type: StageType, barrier: BarrierRules? = nil, timeout: Duration, optional: Bool = false,
        beginsTogether: Bool = false
    ) {
        precondition(timeout > .zero, "a stage's timeout is above zero")
        self.order = order
        self.type = type
        self.barrier = barrier
        self.timeout = timeout
        self.optional = optional
        self.beginsTogether = beginsTogether
    }
}
