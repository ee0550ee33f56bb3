import Measurement
import Synchronization

/// Adds up what workers made or deleted, once a worker and batch.
final class ObjectTotals: Sendable {
    private let sum = Mutex(ObjectCounts())

    var counts: ObjectCounts { sum.withLock { $0 } }

    func add(_ counts: ObjectCounts) { sum.withLock { $0.merge(counts) } }
}
