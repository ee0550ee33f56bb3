/// With what an agent arrives at the end of its stage.
package enum StageOutcome: Hashable, Sendable {
    case completed
    /// It says so, or its own time-out for the stage ran out.
    case failed(why: String)
    /// Its load has ended because it was told to stop.
    case stopped
}
