import Plans
import Vocabulary

/// One entry of `workload`.
struct OperationSection {
    let cursor: Cursor
    var kind: OperationKind
    var path: Located<String>
    var weight: Double
    var concurrency: Int?
    var sizes: SizeDistribution?
    var usesEndpoints: Located<Bool>?
    var recursive: Bool
    var dedupFactor: Int
    var compressFactor: Int
    var part: PartialRead?

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        let kind: OperationKind? = section.take("op")?.choice([
            "get": .get, "put": .put, "list": .list, "stat": .stat, "delete": .delete, "mkdir": .mkdir, "rmdir": .rmdir,
        ])
        if !section.has("op") { section.missing("op", fix: "op: get, put, list, stat, delete, mkdir or rmdir") }
        let path = section.located("path") { $0.string() }
        if !section.has("path") { section.missing("path") }
        weight = section.take("weight")?.number() ?? 1
        concurrency = section.take("concurrency")?.integer()
        usesEndpoints = section.located("use_multi_endpoint") { $0.boolean() }
        sizes = Self.readSizes(section, kind: kind)
        dedupFactor = Self.readFactor(section, "dedup_factor", kind: kind)
        compressFactor = Self.readFactor(section, "compress_factor", kind: kind)
        part = Self.readPart(section, kind: kind)
        let recursion = section.take("recursive")
        recursive = recursion?.boolean() ?? false
        if let recursion { _ = Self.belongs(recursion, to: .rmdir, kind) }
        section.close()
        guard let kind, let path else { return nil }
        self.kind = kind
        self.path = path
    }

    private static func readSizes(_ section: Section, kind: OperationKind?) -> SizeDistribution? {
        let written = ["object_size", "size_spec", "size_distribution"].compactMap { section.take($0) }
        for at in written.dropFirst() { at.fail("a second size", fix: "keep one of object_size, size_spec, size_distribution") }
        guard let at = written.first else {
            if kind == .put { section.missing("object_size", fix: "object_size: 1MiB, or a size_spec") }
            return nil
        }
        guard belongs(at, to: .put, kind) else { return nil }
        return at.sizes()
    }

    private static func readPart(_ section: Section, kind: OperationKind?) -> PartialRead? {
        let offsetsPlace = section.take("offsets")
        let offsets: PartialRead.Offsets? = offsetsPlace?.choice(["random": .random, "sequential": .sequential, "start": .start])
        guard let at = section.take("range") else {
            if let offsetsPlace, belongs(offsetsPlace, to: .get, kind) {
                offsetsPlace.warn("has no effect without range", fix: "range: 64KiB, or leave it out")
            }
            return nil
        }
        guard let length = at.size(), belongs(at, to: .get, kind) else { return nil }
        return PartialRead(length: length, offsets: offsets ?? .random)
    }

    private static func readFactor(_ section: Section, _ key: String, kind: OperationKind?) -> Int {
        guard let at = section.take(key), let factor = at.integer(), belongs(at, to: .put, kind) else { return 1 }
        return factor
    }

    private static func belongs(_ at: Cursor, to owner: OperationKind, _ kind: OperationKind?) -> Bool {
        if let kind, kind != owner { at.warn("has no effect on \(kind.rawValue)", fix: "leave it out") }
        return kind == owner
    }
}
