import Measurement
import Storage
import Vocabulary

/// Deletes objects for one worker.
final class ObjectRemover {
    private let worker: Worker
    /// An object that is not there is an error.
    private let isStrict: Bool
    private let uri = ObjectURI()
    private var targets: TargetShelf

    init(worker: Worker, isStrict: Bool, routes: Routes?) {
        self.worker = worker
        self.isStrict = isStrict
        targets = TargetShelf(routes, worker: worker)
    }

    /// `name` writes an object's name and returns the turn of the endpoints that it lies at, nil where it lies at none.
    func delete(_ numbers: Range<Int>, under base: String, name: (Int, ObjectURI) -> Int?) -> ObjectCounts {
        var counts = ObjectCounts()
        for number in numbers where !worker.isStopped {
            let turn = name(number, uri)
            do {
                try targets.perform(on: uri, below: base, turn: turn) { delete(with: $0, &counts) }
            } catch {
                worker.fail(.delete, error)
                counts.failed += 1
            }
        }
        return counts
    }

    private func delete(with target: any StorageTarget, _ counts: inout ObjectCounts) {
        let error = worker.perform(.delete, ignoring: isStrict ? nil : .notFound) { () throws(StorageError) in
            try target.delete(uri)
            return (0, 0)
        }
        if error == nil {
            counts.deleted += 1
        } else if error?.kind == .notFound, !isStrict {
            counts.missing += 1
        } else {
            counts.failed += 1
        }
    }
}
