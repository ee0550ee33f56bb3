import Synchronization

import Vocabulary

/// Tells everything that works on a stage to end, at once or, a load, at a moment; never taken back.
package final class StopFlag: Sendable {
    private let stopped = Atomic<Bool>(false)
    private let finishing = Atomic<Int64>(.max)

    package init() {}

    /// May be called from any thread, any number of times.
    package func stop() { stopped.store(true, ordering: .relaxed) }

    /// A load that works then is complete, as it would be at the end of its duration.
    package func finish(at moment: Moment) { finishing.min(moment.nanoseconds, ordering: .relaxed) }

    /// nil: nothing but its own bounds end it.
    package var finishMoment: Moment? {
        let nanoseconds = finishing.load(ordering: .relaxed)
        return nanoseconds == .max ? nil : Moment(nanoseconds: nanoseconds)
    }

    package var isStopped: Bool { stopped.load(ordering: .relaxed) }
}
