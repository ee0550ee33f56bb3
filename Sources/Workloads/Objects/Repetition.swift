/// How `dedup_factor` is kept, so that of so many blocks one is new whatever the objects' sizes: small objects are alike in groups, in
/// size and contents; a large one repeats blocks of its own.
enum Repetition {
    /// What is counted as one block.
    static let block = 4096

    /// Objects that are alike have the same group.
    @inline(__always)
    static func group(of index: UInt64, factor: Int) -> UInt64 { factor > 1 ? index / UInt64(factor) : index }

    /// Blocks that are new in an object which repeats blocks of its own; nil where it is alike to others in their stead.
    ///
    /// From 20 × factor blocks on, the block that rounding adds is less than 5 % of the new ones.
    static func ownBlocks(size: Int64, factor: Int) -> Int? {
        let blocks = (Int(size) + block - 1) / block
        guard factor > 1, blocks >= 20 * factor else { return nil }
        return (blocks + factor - 1) / factor
    }
}
