import Measurement
import Plans
import Storage
import Vocabulary

/// Makes objects and directories for one worker.
final class ObjectMaker {
    let worker: Worker
    private let work: PrepareWork
    private let uri = ObjectURI()
    private let data = DataSource()
    private let targets: TargetShelf

    /// `timeout`: for one operation.
    init(worker: Worker, work: PrepareWork, routes: Routes?, timeout: Duration) {
        self.worker = worker
        self.work = work
        targets = TargetShelf(routes, worker: worker, timeout: timeout)
    }

    func takeMadeDirectories() -> [String] { targets.takeMadeDirectories() }

    func make(_ objects: PlannedObjects, _ index: Int, _ counts: inout ObjectCounts) {
        if work.skipVerification, !work.forceOverwrite {
            counts.kept += 1
            return
        }
        objects.write(index, to: uri)
        let size = objects.size(index)
        do {
            try targets.perform(on: uri, below: objects.base, turn: objects.turn(index)) { target in
                if !work.forceOverwrite, (try? target.stat(uri)) == size {
                    counts.kept += 1
                    return
                }
                objects.begin(data, index: index, size: size)
                let error = worker.perform(.put) { () throws(StorageError) in
                    try target.put(uri, size: size, body: data)
                    return (size, size)
                }
                if error == nil { counts.made += 1 } else { counts.failed += 1 }
            }
        } catch {
            worker.fail(.put, error)
            counts.failed += 1
        }
    }

    func make(_ names: TreeNames, _ directory: Int, _ counts: inout ObjectCounts) {
        names.write(directory: directory, to: uri)
        var isNew = false
        do {
            let error = try targets.perform(on: uri, below: names.baseText, turn: names.spreads ? directory : nil) { target in
                worker.perform(.mkdir) { () throws(StorageError) in
                    isNew = try target.mkdir(uri)
                    return (0, 0)
                }
            }
            if error != nil { counts.failed += 1 } else if isNew { counts.directoriesMade += 1 }
        } catch {
            worker.fail(.mkdir, error)
            counts.failed += 1
        }
    }
}

/// One worker's targets, one a scheme and endpoint, opened when they are first needed.
final class TargetShelf {
    private let router: Router?
    private let timeout: Duration
    private var targets: [(scheme: String?, target: any StorageTarget)] = []

    /// Without endpoints.
    init() {
        router = nil
        timeout = Targets.operationTimeout
    }

    /// `timeout`: for one operation.
    init(_ routes: Routes?, worker: Worker, timeout: Duration) {
        self.timeout = timeout
        router = Router(routes, worker: worker) { uri throws(StorageError) in try Targets.open(uri, timeout: timeout) }
    }

    /// Shows `body` the target of what is below `base` or, where it lies at endpoints, that of the turn; `uri` then is its name there.
    func perform<Outcome>(
        on uri: ObjectURI, below base: String, turn: Int?, _ body: (any StorageTarget) -> Outcome
    ) throws(StorageError) -> Outcome {
        if let turn, let router { return try router.perform(on: uri, turn: turn, body) }
        return body(try target(for: base))
    }

    /// Turns another name below the first endpoint to the one of the operation going on.
    func rename(_ uri: ObjectURI) { router?.rename(uri) }

    func target(for uri: String) throws(StorageError) -> any StorageTarget {
        let scheme = Targets.scheme(of: uri)
        for known in targets where known.scheme == scheme { return known.target }
        let target = try Targets.open(uri, timeout: timeout)
        targets.append((scheme, target))
        return target
    }

    func takeMadeDirectories() -> [String] {
        targets.flatMap { $0.target.takeMadeDirectories() } + (router?.takeMadeDirectories() ?? [])
    }
}
