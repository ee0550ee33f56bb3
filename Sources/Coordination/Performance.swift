import Vocabulary

/// One stage while an agent performs it.
struct Performance: Hashable, Sendable {
    /// Why its load is being ended.
    enum Cause: Hashable, Sendable {
        case timedOut
        case stop
        case exit
    }

    let stage: StageOrder
    let epoch: UInt32
    let timeout: Duration
    /// When the stage's own time is over or, while its load is being ended, when it counts as not to be ended.
    var deadline: Moment
    /// nil while it works.
    var ending: Cause?
    /// Its arrival has been reported although its load has not ended.
    var isReported = false
}
