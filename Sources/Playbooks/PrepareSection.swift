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
        cleanup = section.located("cleanup") { $0.boolean() }
        cleanupMode =
            section.take("cleanup_mode")?.choice([
                "strict": .strict, "tolerant": .tolerant, "best_effort": .bestEffort, "besteffort": .bestEffort,
            ]) ?? .tolerant
        cleanupOnly = section.located("cleanup_only") { $0.boolean() }
        skipVerification = section.take("skip_verification")?.boolean() ?? false
        forceOverwrite = section.take("force_overwrite")?.boolean() ?? false
        keyPrefixShards = section.take("key_prefix_shards")?.integer() ?? 0
        if let items = section.take("ensure_objects")?.items() { sets = items.compactMap(ObjectSetSection.init) }
        let trees = ["directory_structure", "tree"].compactMap { section.take($0) }
        for at in trees.dropFirst() { at.fail("stands beside `directory_structure`, which says the same", fix: "keep one of them") }
        tree = trees.first.flatMap(TreeSection.init)
        section.close()
    }
}

/// One entry of `prepare.ensure_objects`.
struct ObjectSetSection {
    let cursor: Cursor
    var base: Located<String>?
    /// 0: the files of the directory structure.
    var count: Int
    var sizes: SizeDistribution
    var fill: Fill
    var dedupFactor: Int
    var compressFactor: Int
    var usesEndpoints: Located<Bool>?

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        base = section.located("base_uri") { $0.word() }
        count = section.take("count")?.integer() ?? 0
        sizes = Self.readSizes(section)
        fill = readFill(section)
        dedupFactor = section.take("dedup_factor")?.integer() ?? 1
        compressFactor = section.take("compress_factor")?.integer() ?? 1
        usesEndpoints = section.located("use_multi_endpoint") { $0.boolean() }
        section.close()
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
    var fill: Fill?
    var dedupFactor: Int?
    var compressFactor: Int?

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        base = section.located("base_uri") { $0.word() }
        width = section.take("width")?.integer() ?? 1
        depth = section.take("depth")?.integer() ?? 1
        for key in ["width", "depth"] where !section.has(key) { section.missing(key) }
        filesPerDirectory = section.take("files_per_dir")?.integer() ?? 0
        distribution = section.take("distribution")?.choice(["bottom": .bottom, "all": .all, "uniform": .all]) ?? .bottom
        let maskPlace = section.take("dir_mask")
        mask = maskPlace?.word() ?? Self.defaultMask
        if let maskPlace, !Self.isMask(mask) {
            maskPlace.fail("must hold `%d` twice (depth, width index), no other `%` and no `/`", fix: "dir_mask: \(Self.defaultMask)")
        }
        let written = ["size_spec", "size_distribution"].compactMap { section.take($0) }
        for at in written.dropFirst() { at.fail("a second size", fix: "keep one of them") }
        sizes = written.first?.sizes()
        fill = section.has("fill") ? readFill(section) : nil
        dedupFactor = section.take("dedup_factor")?.integer()
        compressFactor = section.take("compress_factor")?.integer()
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
