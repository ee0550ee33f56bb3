import Vocabulary

/// What the controller has to do, in this order.
package enum RunAction: Hashable, Sendable {
    case order(AgentID, AgentOrder)
    /// Bring its results home, over the link or, where that is gone, over SSH; end in `RunEvent.collected` by the deadline.
    case collect(AgentID, by: Moment)
    /// End its processes, see them gone, and remove its run directory unless `keepResults`; end in `RunEvent.withdrawn` by the
    /// deadline. It may come twice for one agent: first with `keepResults`, then, once its results are home, without.
    case withdraw(AgentID, keepResults: Bool, by: Moment)
    /// A decision, for the event log; it comes before the actions that follow from it.
    case note(RunFact)
    /// Send `.tick` at this moment; replaces the one asked for before.
    case wake(at: Moment)
    /// The run is over; nothing comes after it.
    case end(RunVerdict)
}
