import Measurement
import Storage
import Vocabulary

/// Deletes objects for one worker.
final class ObjectRemover {
    private let worker: Worker
    /// An object that is not there is an error.
    private let isStrict: Bool
    private let uri = ObjectURI()
    private let targets: TargetShelf
    private let tellDone: (Int) -> Void
    /// Until a server refuses it.
    private var deletesTogether = true

    /// `timeout`: for one operation. `tellDone`: called with how many objects are gone since.
    init(worker: Worker, isStrict: Bool, routes: Routes?, timeout: Duration, tellDone: @escaping (Int) -> Void) {
        self.worker = worker
        self.isStrict = isStrict
        self.tellDone = tellDone
        targets = TargetShelf(routes, worker: worker, timeout: timeout)
    }

    /// `name` writes an object's name and returns the turn of the endpoints that it lies at, nil where it lies at none.
    ///
    /// Where one request may delete several, as many as are given go to one endpoint.
    func delete(_ numbers: Range<Int>, under base: String, name: (Int, ObjectURI) -> Int?) -> ObjectCounts {
        var counts = ObjectCounts()
        var rest = numbers
        while let number = rest.popFirst(), !worker.isStopped {
            let turn = name(number, uri)
            do {
                try targets.perform(on: uri, below: base, turn: turn) { target in
                    let more = deletesTogether ? min(rest.count, target.deletesAtOnce - 1) : 0
                    guard more > 0 else { return delete(with: target, &counts) }
                    var names = [Array(uri.bytes)]
                    for other in rest.prefix(more) {
                        _ = name(other, uri)
                        targets.rename(uri)
                        names.append(Array(uri.bytes))
                    }
                    rest = rest.dropFirst(more)
                    delete(names, with: target, &counts)
                }
            } catch {
                worker.fail(.delete, error)
                counts.failed += 1
            }
        }
        return counts
    }

    private func delete(_ names: [[UInt8]], with target: any StorageTarget, _ counts: inout ObjectCounts) {
        var failures: [StorageError] = []
        let refused = worker.performTogether(.delete, names.count, ignoring: isStrict ? nil : .notFound) { () throws(StorageError) in
            failures = try target.delete(together: names)
            return failures
        }
        if refused != nil {
            // Not every server has such requests: object by object it is told what is wrong with which.
            deletesTogether = false
            for name in names where !worker.isStopped {
                uri.set(name)
                delete(with: target, &counts)
            }
            return
        }
        let missing = isStrict ? 0 : failures.count { $0.kind == .notFound }
        counts.missing += UInt64(missing)
        counts.failed += UInt64(failures.count - missing)
        counts.deleted += UInt64(names.count - failures.count)
        tellDone(names.count - failures.count + missing)
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
            return
        }
        tellDone(1)
    }
}
