import Vocabulary

/// What the agent has to do, in this order.
package enum AgentAction: Hashable, Sendable {
    /// Perform this stage; end in `AgentEvent.ended`.
    case perform(StageOrder, epoch: UInt32, at: Moment?)
    /// Complete the load of the stage that is being performed at this moment of the agent's own clock or, where nil, at once.
    case completeLoad(at: Moment?)
    /// End the load of the stage that is being performed; `AgentEvent.ended` follows when it has ended.
    case endLoad(why: String)
    case report(AgentReport)
    case sendResults
    /// Send `.tick` at this moment; replaces the one asked for before.
    case wake(at: Moment)
    /// Save the results, end every process that was started, exit. Nothing comes after it.
    case exit(ExitReason)
}

/// What an agent's machine reports to the controller.
package enum AgentReport: Hashable, Sendable {
    case began(StageOrder, epoch: UInt32)
    case arrived(StageOrder, epoch: UInt32, StageOutcome)
    /// The load has ended, as was ordered.
    case stopped
    /// Needs no numbering.
    case answer(UInt32)
}

/// Why an agent exits.
package enum ExitReason: Hashable, Sendable {
    case ordered
    case leaseEnded
    case terminated(why: String)
}
