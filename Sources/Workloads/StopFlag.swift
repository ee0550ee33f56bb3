import Synchronization

/// Tells everything that works on a stage to end; never taken back.
package final class StopFlag: Sendable {
    private let stopped = Atomic<Bool>(false)

    package init() {}

    /// May be called from any thread, any number of times.
    package func stop() { stopped.store(true, ordering: .relaxed) }

    package var isStopped: Bool { stopped.load(ordering: .relaxed) }
}
