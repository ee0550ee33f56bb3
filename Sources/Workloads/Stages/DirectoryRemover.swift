import Plans
import Storage
import Vocabulary

/// Removes directories of our own making that are empty, children before parents; what is not empty stays.
///
/// Where other agents work on the same storage, a directory may be waiting for their objects to go: it is tried again for a while.
struct DirectoryRemover {
    /// How long other agents' deletions are waited for after the last one that made a difference.
    static let patience: Duration = .seconds(3)

    private let isShared: Bool
    private let isStopped: () -> Bool
    /// Directories still to be removed, parents before children.
    private var waiting: [[UInt8]] = []

    init(isShared: Bool, isStopped: @escaping () -> Bool) {
        self.isShared = isShared
        self.isStopped = isStopped
    }

    mutating func add(_ directories: [String]) { waiting += directories.map { Array($0.utf8) } }

    mutating func add(_ entry: PutLedger.Entry) {
        let uri = ObjectURI()
        let names = FreshNames(uri: entry.uri, seed: entry.seed)
        for number in entry.from..<max(entry.from, entry.upTo) {
            names.write(number, to: uri)
            waiting.append(Array(uri.bytes))
        }
    }

    mutating func add(_ tree: TreeNames, _ share: Share) {
        let uri = ObjectURI()
        for number in 0..<share.portion(of: tree.directoryCount) {
            tree.write(directory: number * share.count + share.index, to: uri)
            waiting.append(Array(uri.bytes))
        }
    }

    /// Returns how many were removed.
    mutating func run() -> UInt64 {
        var removed: UInt64 = 0
        waiting.sort { $0.count < $1.count }
        var deadline = SystemClock.now + Self.patience
        while !waiting.isEmpty, !isStopped() {
            let now = removeOnce()
            removed += now
            if now > 0 { deadline = SystemClock.now + Self.patience }
            guard isShared, SystemClock.now < deadline else { break }
            if !waiting.isEmpty { Pause.sleep(50_000_000) }
        }
        return removed
    }

    /// Tries each once, the longest name first; keeps those that were not empty.
    private mutating func removeOnce() -> UInt64 {
        var removed: UInt64 = 0
        var left: [[UInt8]] = []
        let targets = TargetShelf()
        let uri = ObjectURI()
        for name in waiting.reversed() where !isStopped() {
            uri.set(name)
            do {
                try targets.target(for: uri.text).rmdir(uri, recursive: false)
                removed += 1
            } catch {
                if error.kind == .notEmpty { left.append(name) }
            }
        }
        waiting = left.reversed()
        return removed
    }
}
