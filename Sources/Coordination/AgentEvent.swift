import Vocabulary

/// What the agent tells its machine. Every event from the controller renews the lease.
package enum AgentEvent: Hashable, Sendable {
    /// Any message from the controller that is no order.
    case heard
    /// The link is up, for the first time or again: the controller's hello counts as a message.
    case linked
    /// Perform a stage, at this moment of the agent's own clock or, where nil, at once.
    case begin(StageOrder, epoch: UInt32, at: Moment?)
    /// Complete this stage's load, at this moment of the agent's own clock or, where nil, at once.
    case finish(StageOrder, epoch: UInt32, at: Moment?)
    case stop(why: String)
    case query(UInt32)
    /// Send the results home over the link.
    case collect
    /// End the load, save, exit.
    case leave
    /// SIGTERM, or a person at the agent.
    case terminated(why: String)
    /// The load of this stage really runs.
    case began(StageOrder, epoch: UInt32)
    /// The performance of this stage has ended, whoever ended it: nothing of it runs any more.
    case ended(StageOrder, epoch: UInt32, StageOutcome)
    /// The moment asked for with `AgentAction.wake` has come; earlier or more often does no harm.
    case tick
}
