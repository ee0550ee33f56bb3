import Plans
import Vocabulary

/// `prepare`: what is made before the load and deleted after it.
struct PrepareSection {
    let cursor: Cursor
    var sets: [ObjectSetSection] = []
    var tree: TreeSection?
    var strategy: PrepareWork.Strategy
    var delayAfter: Duration
    var cleanup: Located<Bool>?
    var cleanupMode: CleanupWork.Mode
    var cleanupOnly: Located<Bool>?
    var skipVerification: Bool
    var forceOverwrite: Bool
    var keyPrefixShards: Int

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        strategy = section.take("prepare_strategy")?.choice(["sequential": .sequential, "parallel": .parallel]) ?? .sequential
        delayAfter = section.take("post_prepare_delay")?.duration() ?? .zero
        cleanup = section.take("cleanup").flatMap { at in at.boolean().map { Located(value: $0, at: at) } }
        cleanupMode =
            section.take("cleanup_mode")?.choice([
                "strict": .strict, "tolerant": .tolerant, "best_effort": .bestEffort, "besteffort": .bestEffort,
            ]) ?? .tolerant
        cleanupOnly = section.take("cleanup_only").flatMap { at in at.boolean().map { Located(value: $0, at: at) } }
        skipVerification = section.take("skip_verification")?.boolean() ?? false
        forceOverwrite = section.take("force_overwrite")?.boolean() ?? false
        keyPrefixShards = section.take("key_prefix_shards")?.integer(0...256) ?? 0
        if let items = section.take("ensure_objects")?.items() { sets = items.compactMap(ObjectSetSection.init) }
        let trees = ["directory_structure", "tree"].compactMap { section.take($0) }
        for at in trees.dropFirst() { at.fail("stands beside `directory_structure`, which says the same", fix: "keep one of them") }
        tree = trees.first.flatMap(TreeSection.init)
        section.stale("enabled", "leave it out; a prepare section is carried out by the prepare stage")
        section.stale("strategy", "use prepare_strategy")
        section.stale("file_size", "use size_spec in ensure_objects")
        section.stale("fill", "use fill in ensure_objects")
        section.stale("dedup_factor", "use dedup_factor in ensure_objects")
        section.stale("compress_factor", "use compress_factor in ensure_objects")
        section.close()
    }
}

/// One entry of `prepare.ensure_objects`.
struct ObjectSetSection {
    let cursor: Cursor
    var base: Located<String>?
    /// 0: as many as the directory structure has files.
    var count: Int
    var sizes: SizeDistribution
    var fill: Fill
    var dedupFactor: Int
    var compressFactor: Int
    var usesEndpoints: Located<Bool>?

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        base = section.take("base_uri").flatMap { at in at.word().map { Located(value: $0, at: at) } }
        count = section.take("count")?.integer(0...99_999_999) ?? 0
        sizes = Self.readSizes(section)
        fill = readFill(section)
        dedupFactor = Self.readFactor(section, "dedup_factor", count: count)
        compressFactor = Self.readFactor(section, "compress_factor", count: count)
        usesEndpoints = section.take("use_multi_endpoint").flatMap { at in at.boolean().map { Located(value: $0, at: at) } }
        section.stale("size", "use size_spec")
        section.close()
    }

    private static func readFactor(_ section: Section, _ key: String, count: Int) -> Int {
        guard let at = section.take(key), let factor = at.integer(1...1_000_000) else { return 1 }
        if factor > 1, count == 0 { at.notYet("\(key) of a tree's files") }
        return factor
    }

    /// `size_spec`, else `min_size` and `max_size`, each 1 MiB where it is left out and the other allows it.
    private static func readSizes(_ section: Section) -> SizeDistribution {
        let written = ["size_spec", "size_distribution"].compactMap { section.take($0) }
        let low = section.take("min_size")
        let high = section.take("max_size")
        for at in written.dropFirst() + (written.isEmpty ? [] : [low, high].compactMap { $0 }) {
            at.fail("a second size", fix: "keep size_spec, or min_size and max_size")
        }
        if let sizes = written.first { return sizes.sizes() ?? .fixed(.mebibytes(1)) }
        let minimum = low?.size()
        let maximum = high?.size()
        let least = minimum ?? min(.mebibytes(1), maximum ?? .mebibytes(1))
        let most = maximum ?? max(.mebibytes(1), least)
        if most < least { high?.fail("is less than min_size", fix: "swap min_size and max_size") }
        return most <= least ? .fixed(least) : .uniform(minimum: least, maximum: most)
    }
}

private func readFill(_ section: Section) -> Fill {
    guard let at = section.take("fill"), let fill: Fill = at.choice(["random": .random, "zero": .zero, "prand": .prand]) else {
        return .random
    }
    if fill == .zero { at.warn("zeros compress and deduplicate away: the figures will say little about the storage", fix: "fill: random") }
    return fill
}

private func refuseFactors(_ section: Section) {
    for key in ["dedup_factor", "compress_factor"] {
        if let at = section.take(key), let factor = at.integer(1...1_000_000), factor > 1 { at.notYet(key) }
    }
}

/// `prepare.directory_structure`, also spelt `prepare.tree`.
struct TreeSection {
    let cursor: Cursor
    var base: Located<String>?
    var width: Int
    var depth: Int
    var filesPerDirectory: Int
    var distribution: DirectoryTree.Distribution
    var mask: String
    var sizes: SizeDistribution?
    var fill: Fill

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        base = section.take("base_uri").flatMap { at in at.word().map { Located(value: $0, at: at) } }
        width = section.take("width")?.integer(1...1_000_000) ?? 1
        depth = section.take("depth")?.integer(1...32) ?? 1
        for key in ["width", "depth"] where !section.has(key) { section.missing(key) }
        filesPerDirectory = section.take("files_per_dir")?.integer(0...99_999_999) ?? 0
        distribution = section.take("distribution")?.choice(["bottom": .bottom, "all": .all, "uniform": .all]) ?? .bottom
        let maskPlace = section.take("dir_mask")
        mask = maskPlace?.word() ?? Self.defaultMask
        if let maskPlace, !Self.isMask(mask) {
            maskPlace.fail("must hold `%d` twice (depth, width index), no other `%` and no `/`", fix: "dir_mask: \(Self.defaultMask)")
        }
        let written = ["size_spec", "size_distribution"].compactMap { section.take($0) }
        for at in written.dropFirst() { at.fail("a second size", fix: "keep one of them") }
        sizes = written.first?.sizes()
        fill = readFill(section)
        refuseFactors(section)
        section.close()
        if Self.directories(width: width, depth: depth) == nil {
            cursor.fail("makes more than 100 million directories", fix: "less width or depth")
        }
    }

    static let defaultMask = "d%d_w%d.dir"

    /// Σ width^level for level 1…depth; nil above 100 million.
    static func directories(width: Int, depth: Int) -> Int? {
        var total = 0
        var level = 1
        for _ in 0..<depth {
            level *= width
            total += level
            if total > 100_000_000 { return nil }
        }
        return total
    }

    private static func isMask(_ mask: String) -> Bool {
        var rest = mask[...]
        var places = 0
        while let percent = rest.firstIndex(of: "%") {
            rest = rest[rest.index(after: percent)...]
            guard rest.first == "d" else { return false }
            rest = rest.dropFirst()
            places += 1
        }
        return places == 2 && !mask.contains("/") && !mask.hasPrefix(".")
    }
}
