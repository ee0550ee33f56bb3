import Plans
import Storage
import Vocabulary

/// Objects whose names, sizes and contents follow from their index: a set's or the files of a tree. Takes no memory for them.
struct PlannedObjects: Sendable {
    private enum Naming: Sendable {
        case set(prefix: [UInt8], base: [UInt8], shards: UInt64)
        case tree(TreeNames)
    }

    private static let fileName = Array("file_".utf8)
    private static let ending = Array(".dat".utf8)

    /// Of all agents together.
    let count: Int
    /// This agent's part; nil: none of them.
    let share: Share?
    let base: String
    let isDeletable: Bool
    let fill: Fill
    let seed: UInt64
    let dedupFactor: Int
    let compressFactor: Int
    let sizes: SizeDistribution
    private let naming: Naming
    /// Whether they lie at the agent's endpoints; `base` is then below the first.
    let spreads: Bool
    /// Different for whatever makes other objects, or another part of them.
    let identity: String

    init(_ set: ObjectSet) {
        count = set.count
        share = set.share
        base = set.base
        isDeletable = set.namePrefix.hasPrefix("deletable-")
        fill = set.fill
        seed = set.seed
        dedupFactor = set.dedupFactor
        compressFactor = set.compressFactor
        sizes = set.sizes
        spreads = set.spreads
        identity = "\(set.base) \(set.namePrefix) \(set)"
        naming = .set(prefix: Array(set.namePrefix.utf8), base: Array(set.base.utf8), shards: UInt64(max(0, set.keyPrefixShards)))
    }

    init(filesOf tree: DirectoryTree) {
        let names = TreeNames(tree)
        count = names.fileCount
        share = tree.fileShare
        base = tree.base
        isDeletable = false
        fill = tree.fill
        seed = tree.seed
        dedupFactor = tree.dedupFactor
        compressFactor = tree.compressFactor
        sizes = tree.sizes
        spreads = tree.spreads
        identity = "\(tree.base) \(tree)"
        naming = .tree(names)
    }

    /// Objects that fall to this agent.
    var portion: Int { share?.portion(of: count) ?? 0 }

    /// The index of the `number`th object that falls to this agent.
    func index(ofPortion number: Int) -> Int { number * (share?.count ?? 1) + (share?.index ?? 0) }

    /// Which turn of the agent's endpoints an object is made and deleted in: its objects go to one after the other, and agents that share
    /// the objects begin with different ones.
    func turn(_ index: Int) -> Int? {
        let count = share?.count ?? 1
        return spreads ? index / count + index % count : nil
    }

    func size(_ index: Int) -> Int64 { sizes.bytes(seed: seed, index: Repetition.group(of: UInt64(index), factor: dedupFactor)) }

    func write(_ index: Int, to uri: ObjectURI) {
        switch naming {
        case .set(let prefix, let base, let shards):
            uri.set(base)
            if shards > 0 {
                uri.append(hexadecimal: UInt64(index) % shards, width: 2)
                uri.append("/")
            }
            uri.append(prefix)
        case .tree(let names):
            uri.set(names.base)
            names.appendDirectory(names.directory(ofFile: index), to: uri)
            uri.append(Self.fileName)
        }
        uri.append(decimal: UInt64(index), width: 8)
        uri.append(Self.ending)
    }

    func content(_ index: Int) -> KnownContent {
        KnownContent(
            size: size(index), fill: fill, seed: seed, index: UInt64(index), dedupFactor: dedupFactor, compressFactor: compressFactor)
    }

    func begin(_ data: DataSource, index: Int, size: Int64) {
        data.begin(
            size: size, fill: fill, seed: seed, index: UInt64(index), dedupFactor: dedupFactor, compressFactor: compressFactor)
    }

    /// The directories of a set's key prefixes, as URIs; none without shards.
    var shardDirectories: [String] {
        guard case .set(_, _, let shards) = naming, shards > 0 else { return [] }
        return (0..<min(UInt64(count), shards)).map { shard in
            let uri = ObjectURI(base)
            uri.append(hexadecimal: shard, width: 2)
            return uri.text
        }
    }
}
