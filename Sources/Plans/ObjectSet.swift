import Vocabulary

/// Objects that a playbook makes: `count` of them under `base`, named `<shard>/<prefix>%08d.dat`.
package struct ObjectSet: Codable, Sendable, Equatable {
    /// An absolute URI ending in `/`.
    package var base: String
    package var count: Int
    package var sizes: SizeDistribution
    package var fill: Fill
    package var dedupFactor: Int
    package var compressFactor: Int
    /// `prepared-` or, for the pool that DELETE draws from, `deletable-`.
    package var namePrefix: String
    /// 0: none; else the key is `%02x/` of (index mod shards) + name.
    package var keyPrefixShards: Int
    /// Sizes and contents follow from it and the index alone.
    package var seed: UInt64
    /// This agent's part of making and deleting; every agent reads all.
    package var share: Share
    /// Whether operations on it may go to any of the agent's endpoints; `base` is then below the first.
    package var spreads: Bool = false

    package init(
        base: String, count: Int, sizes: SizeDistribution, fill: Fill = .random, dedupFactor: Int = 1, compressFactor: Int = 1,
        namePrefix: String = "prepared-", keyPrefixShards: Int = 0, seed: UInt64, share: Share = .whole
    ) {
        self.base = base
        self.count = count
        self.sizes = sizes
        self.fill = fill
        self.dedupFactor = dedupFactor
        self.compressFactor = compressFactor
        self.namePrefix = namePrefix
        self.keyPrefixShards = keyPrefixShards
        self.seed = seed
        self.share = share
    }
}

package enum Fill: String, Codable, Sendable, Hashable { case random, zero, prand }

/// How large the objects of a set or of a PUT are; bounds are inclusive.
package enum SizeDistribution: Codable, Sendable, Hashable {
    case fixed(ByteCount)
    case uniform(minimum: ByteCount, maximum: ByteCount)
    /// `mean` and `standardDeviation` in linear space, results clamped to the bounds.
    case lognormal(mean: Double, standardDeviation: Double, minimum: ByteCount, maximum: ByteCount)
}

/// A directory tree that a playbook makes: Σ width^level directories, `filesPerDirectory` files in the deepest or in all.
package struct DirectoryTree: Codable, Sendable, Equatable {
    package enum Distribution: String, Codable, Sendable { case bottom, all }

    /// An absolute URI ending in `/`.
    package var base: String
    package var width: Int
    package var depth: Int
    package var filesPerDirectory: Int
    package var distribution: Distribution
    /// `%d` depth, `%d` width index.
    package var directoryMask: String
    package var sizes: SizeDistribution
    package var fill: Fill
    package var seed: UInt64
    /// Who makes the directories: nil, somebody else does; else this agent's part.
    package var directoryShare: Share?
    /// This agent's part of the files; nil: somebody else makes them.
    package var fileShare: Share?
    package var dedupFactor: Int = 1
    package var compressFactor: Int = 1
    /// Whether operations on it may go to any of the agent's endpoints; `base` is then below the first.
    package var spreads: Bool = false

    package init(
        base: String, width: Int, depth: Int, filesPerDirectory: Int, distribution: Distribution, directoryMask: String,
        sizes: SizeDistribution, fill: Fill, seed: UInt64, directoryShare: Share?, fileShare: Share?
    ) {
        self.base = base
        self.width = width
        self.depth = depth
        self.filesPerDirectory = filesPerDirectory
        self.distribution = distribution
        self.directoryMask = directoryMask
        self.sizes = sizes
        self.fill = fill
        self.seed = seed
        self.directoryShare = directoryShare
        self.fileShare = fileShare
    }
}
