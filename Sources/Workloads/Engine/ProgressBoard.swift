import Synchronization
import Vocabulary

/// A stage's progress as numbers that any thread may read while one thread writes them.
final class ProgressBoard: Sendable {
    private let operations = Atomic<UInt64>(0)
    private let bytes = Atomic<UInt64>(0)
    private let errors = Atomic<UInt64>(0)
    private let first = Atomic<Int64>(.min)

    var progress: StageProgress {
        let moment = first.load(ordering: .relaxed)
        return StageProgress(
            operations: operations.load(ordering: .relaxed), bytes: bytes.load(ordering: .relaxed),
            errors: errors.load(ordering: .relaxed), firstOperation: moment == .min ? nil : Moment(nanoseconds: moment))
    }

    func add(operations more: UInt64, bytes moved: UInt64, errors failed: UInt64) {
        operations.add(more, ordering: .relaxed)
        bytes.add(moved, ordering: .relaxed)
        errors.add(failed, ordering: .relaxed)
    }

    func note(firstOperation: Moment) { first.store(firstOperation.nanoseconds, ordering: .relaxed) }
}
