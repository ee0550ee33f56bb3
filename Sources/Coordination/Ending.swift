import Vocabulary

/// What is left to do when the stages are over, in order, and by when the present step has to end.
struct Ending: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case stopping
        case withdrawing(keepResults: Bool)
        case collecting
    }

    /// The first is the present one.
    var steps: [Step] = []
    var deadline = Moment.zero
    /// After an interruption: the deadline of the first withdrawal.
    var processesGoneBy: Moment?
    /// Whether the present step's orders have gone out.
    var isOrdered = false
}
