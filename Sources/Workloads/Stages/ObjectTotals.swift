import Measurement
import Synchronization

/// Adds up what workers made or deleted, once a worker and batch.
final class ObjectTotals: Sendable {
    private let sum = Mutex(ObjectCounts())
    private let done = Atomic<UInt64>(0)
    private let told = Atomic<UInt64>(0)

    var counts: ObjectCounts { sum.withLock { $0 } }

    func add(_ counts: ObjectCounts) { sum.withLock { $0.merge(counts) } }

    /// Objects that are done with, as a display is to show them: as they come, not batch by batch.
    func tell(done count: Int) { done.add(UInt64(max(0, count)), ordering: .relaxed) }

    /// Those since the last call.
    func takeDone() -> UInt64 {
        let all = done.load(ordering: .relaxed)
        return all - told.exchange(all, ordering: .relaxed)
    }
}
