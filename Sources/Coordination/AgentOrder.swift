import Vocabulary

/// What the controller orders of one agent.
package enum AgentOrder: Hashable, Sendable {
    /// Begin a stage. `together`: at one common moment of all agents that are ordered in the same batch of actions, at least
    /// `delay` from now (zero: as soon as a common moment can be had).
    case begin(StageOrder, epoch: UInt32, together: Bool, delay: Duration)
    /// Complete the stage's load, at one common moment of all that are ordered in the same batch of actions; it arrives as it would have later.
    case finish(StageOrder, epoch: UInt32)
    /// End the load, stay, acknowledge.
    case stop(why: String)
    /// Answer. Needs no numbering.
    case query(UInt32)
    /// The lease begins anew. Needs no numbering.
    case renew
}
