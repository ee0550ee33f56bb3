import FoundationEssentials
import Glibc
import Plans
import Storage
import Synchronization
import Vocabulary

/// How far preparations have come, on the agent's own disk (`kv_cache_dir`), never on the storage under test: what an interrupted one has
/// made need not be looked at again, object by object.
///
/// A set is known by everything that its objects follow from; of each it holds the number up to which all of this agent's objects were
/// made or seen.
final class PrepareCheckpoint: Sendable {
    /// Objects that are looked at before the others are believed to be there.
    private static let samples = 32

    private let path: String
    private let interval: Duration
    private let known: [String: Int]
    private let current: Mutex<[String: Int]>
    private let due: Mutex<Moment>

    /// nil where the playbook names no place for it.
    init?(_ plan: AgentPlan) {
        guard let directory = plan.ledgerDirectory else { return nil }
        path = "\(directory)/muster-prepared-\(plan.id).json"
        interval = plan.ledgerInterval
        known = (try? JSONDecoder().decode([String: Int].self, from: Data(contentsOf: URL(filePath: path)))) ?? [:]
        current = Mutex(known)
        due = Mutex(SystemClock.now + plan.ledgerInterval)
    }

    /// How many of a part's first objects are there, as far as is known and some of them show.
    func trusted(_ objects: PlannedObjects) -> Int {
        guard let count = known[objects.identity], (1...objects.portion).contains(count) else { return 0 }
        guard let target = try? Targets.open(objects.base) else { return 0 }
        let uri = ObjectURI()
        var random = Random(seed: UInt64(bitPattern: SystemClock.now.nanoseconds))
        let places = [0, count - 1] + (0..<Self.samples).map { _ in Int(random.below(UInt64(count))) }
        let areThere = places.allSatisfy { place in
            let index = objects.index(ofPortion: place)
            objects.write(index, to: uri)
            return (try? target.stat(uri)) == objects.size(index)
        }
        return areThere ? count : 0
    }

    func note(_ objects: PlannedObjects, upTo count: Int) { current.withLock { $0[objects.identity] = count } }

    /// Writes it down where that is due, or now; what the disk does not take costs the next run a look at each object, nothing else.
    func save(now isFinal: Bool) {
        let moment = SystemClock.now
        let isDue = due.withLock { due in
            guard isFinal || (interval > .zero && moment >= due) else { return false }
            due = moment + interval
            return true
        }
        guard isDue, let bytes = try? JSONEncoder().encode(current.withLock { $0 }) else { return }
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? bytes.write(to: URL(filePath: path), options: .atomic)
    }

    /// What it says of these is no longer so: they are being deleted.
    func forget(_ all: [PlannedObjects]) {
        let isEmpty = current.withLock { current in
            for objects in all { current[objects.identity] = nil }
            return current.isEmpty
        }
        if isEmpty { unlink(path) } else { save(now: true) }
    }
}
