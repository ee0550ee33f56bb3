/// A bounded sample of names: those whose hash is below a bound, which is halved whenever they become too many.
///
/// Which names are in it, and in what order, does not depend on the order in which they came: agents that list the same objects in pages
/// of their own agree on them.
struct NameSample {
    private let limit: Int
    private var kept: [(hash: UInt64, name: [UInt8])] = []
    private var bound = UInt64.max
    /// Names that were offered.
    private(set) var seen = 0

    init(limit: Int) { self.limit = limit }

    /// Whether there are more than are kept.
    var isCut: Bool { kept.count < seen }

    mutating func add(_ name: UnsafeRawBufferPointer) {
        seen += 1
        let hash = Random.mix(Random.seed(name), 0)
        guard hash <= bound else { return }
        kept.append((hash, Array(name)))
        while kept.count > limit {
            bound /= 2
            kept.removeAll { $0.hash > bound }
        }
    }

    /// The names in the order of their hashes, which is as good as any at random.
    var names: [[UInt8]] { kept.sorted { $0.hash < $1.hash }.map(\.name) }
}
