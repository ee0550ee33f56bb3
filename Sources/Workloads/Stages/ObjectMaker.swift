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
    private var targets = TargetShelf()

    init(worker: Worker, work: PrepareWork) {
        self.worker = worker
        self.work = work
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
            let target = try targets.target(for: objects.base)
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
        } catch {
            worker.fail(.put, error)
            counts.failed += 1
        }
    }

    func make(_ names: TreeNames, _ directory: Int, _ counts: inout ObjectCounts) {
        names.write(directory: directory, to: uri)
        var isNew = false
        do {
            let target = try targets.target(for: names.baseText)
            let error = worker.perform(.mkdir) { () throws(StorageError) in
                isNew = try target.mkdir(uri)
                return (0, 0)
            }
            if error != nil { counts.failed += 1 } else if isNew { counts.directoriesMade += 1 }
        } catch {
            worker.fail(.mkdir, error)
            counts.failed += 1
        }
    }
}

/// One worker's targets, one a scheme, opened when they are first needed.
struct TargetShelf {
    private var targets: [(scheme: String?, target: any StorageTarget)] = []

    mutating func target(for uri: String) throws(StorageError) -> any StorageTarget {
        let scheme = Targets.scheme(of: uri)
        for known in targets where known.scheme == scheme { return known.target }
        let target = try Targets.open(uri)
        targets.append((scheme, target))
        return target
    }

    func takeMadeDirectories() -> [String] { targets.flatMap { $0.target.takeMadeDirectories() } }
}
