import Plans
import Storage
import Vocabulary

/// The objects that a get, stat or delete chooses from: planned ones by index, or a bounded table of names that were listed.
struct ObjectPool: Sendable {
    /// Names of a pattern that is not of our own making, at most; of a longer listing a sample is used, the same for all agents.
    static let tableLimit = 200_000
    /// Names that are looked at for it, at most.
    static let listingLimit = 10_000_000
    /// Planned names that are compared with a pattern which matches only some of them, at most.
    static let scanLimit = 10_000_000

    private var families: [PlannedObjects] = []
    /// Index of each family's first object among all.
    private var starts: [Int] = []
    private var table: [[UInt8]] = []
    /// Whose objects a table's names are, where they are planned ones: the family's place and the object's index.
    private var origins: [(family: Int, index: Int)] = []
    private(set) var count = 0
    /// More objects match than the table holds.
    private(set) var isCut = false
    /// It is one object by its name, which is every agent's.
    private(set) var isNamed = false

    /// Planned objects that match; where there are none, what a listing finds.
    init(matching pattern: String, among planned: [PlannedObjects], with target: any StorageTarget) throws(StorageError) {
        self.init(matching: pattern, among: planned)
        if count == 0 { try addListing(of: Glob(pattern), with: target) }
    }

    /// Planned objects that match; nothing is listed.
    init(matching pattern: String, among planned: [PlannedObjects]) {
        let glob = Glob(pattern)
        if glob.isLiteral {
            table = [Array(pattern.utf8)]
            count = 1
            isNamed = true
            return
        }
        for family in planned where Self.matchesAll(glob, family) { add(family) }
        guard count == 0 else { return }
        for family in planned { addMatches(of: glob, in: family) }
    }

    init(_ planned: [PlannedObjects]) {
        for family in planned { add(family) }
    }

    /// Writes the name of the `number`th object, in `0 ..< count`.
    func write(_ number: Int, to uri: ObjectURI) {
        if table.isEmpty {
            let family = starts.count == 1 ? 0 : (starts.lastIndex { $0 <= number } ?? 0)
            families[family].write(number - starts[family], to: uri)
        } else {
            uri.set(table[number])
        }
    }

    /// How large the `number`th object was made; nil where that is not known.
    func size(_ number: Int) -> Int64? { origin(number).map { families[$0.family].size($0.index) } }

    /// What the `number`th object holds; nil where that is not known.
    func content(_ number: Int) -> KnownContent? { origin(number).map { families[$0.family].content($0.index) } }

    /// Whether its objects are planned ones.
    var isPlanned: Bool { table.isEmpty || !origins.isEmpty }

    private func origin(_ number: Int) -> (family: Int, index: Int)? {
        if !table.isEmpty { return origins.isEmpty ? nil : origins[number] }
        let family = starts.count == 1 ? 0 : (starts.lastIndex { $0 <= number } ?? 0)
        return (family, number - starts[family])
    }

    /// Whether any object that is there matches; lists no further than to the first.
    static func isThere(_ pattern: String, with target: any StorageTarget) throws(StorageError) -> Bool {
        let glob = Glob(pattern)
        var found = false
        _ = try target.list(prefix(of: glob)) { name in
            found = glob.matches(name)
            return !found
        }
        return found
    }

    /// Whether a pattern names planned objects, so that nothing has to be listed for it.
    static func isPlanned(_ pattern: String, among planned: [PlannedObjects]) -> Bool {
        let glob = Glob(pattern)
        return planned.contains { matchesAll(glob, $0) || firstMatch(glob, $0) != nil }
    }

    private mutating func add(_ family: PlannedObjects) {
        guard family.count > 0 else { return }
        families.append(family)
        starts.append(count)
        count += family.count
    }

    /// Whether all of a family's names match: those of its first, last and middle objects do, and no digit of a name is in the pattern.
    private static func matchesAll(_ glob: Glob, _ family: PlannedObjects) -> Bool {
        let uri = ObjectURI()
        guard family.count > 0 else { return false }
        return [0, family.count / 2, family.count - 1].allSatisfy { index in
            family.write(index, to: uri)
            // A digit that only `*` can stand for.
            let name = uri.bytes.enumerated().map { place, byte in
                place >= family.base.utf8.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? 1 : byte
            }
            return glob.matches(name)
        }
    }

    /// Whether the pattern and the family's base begin alike, so that names are worth comparing.
    private static func mayMatch(_ glob: Glob, _ family: PlannedObjects) -> Bool {
        zip(glob.literal, family.base.utf8).allSatisfy { $0 == $1 }
    }

    private static func firstMatch(_ glob: Glob, _ family: PlannedObjects) -> Int? {
        guard mayMatch(glob, family) else { return nil }
        let uri = ObjectURI()
        return (0..<min(family.count, scanLimit)).first { index in
            family.write(index, to: uri)
            return glob.matches(uri.bytes)
        }
    }

    private mutating func addMatches(of glob: Glob, in family: PlannedObjects) {
        guard Self.mayMatch(glob, family) else { return }
        let uri = ObjectURI()
        families.append(family)
        isCut = isCut || family.count > Self.scanLimit
        for index in 0..<min(family.count, Self.scanLimit) {
            family.write(index, to: uri)
            guard glob.matches(uri.bytes) else { continue }
            guard table.count < Self.tableLimit else {
                isCut = true
                break
            }
            table.append(Array(uri.bytes))
            origins.append((families.count - 1, index))
        }
        count = table.count
    }

    private mutating func addListing(of glob: Glob, with target: any StorageTarget) throws(StorageError) {
        var sample = NameSample(limit: Self.tableLimit)
        var seen = 0
        _ = try target.list(Self.prefix(of: glob)) { name in
            if glob.matches(name) { sample.add(name) }
            seen += 1
            return seen < Self.listingLimit
        }
        table = sample.names
        isCut = sample.isCut || seen == Self.listingLimit
        count = table.count
    }

    private static func prefix(of glob: Glob) -> ObjectURI {
        let prefix = ObjectURI()
        prefix.set(glob.literal)
        return prefix
    }
}
