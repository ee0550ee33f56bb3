import Measurement
import Plans
import Vocabulary

/// What a size distribution yields: so many sizes drawn as a stage would draw them, in order.
package struct SizeSample: Sendable {
    /// Drawn at most; above, every size of a larger number of objects is estimated from these.
    package static let limit = 1_000_000

    /// Ascending, at least one.
    private let sizes: [Int64]
    package let mean: Double
    package let deviation: Double

    /// `seed`: of the set or operation, so that they are the sizes that its objects have.
    package init(of distribution: SizeDistribution, seed: UInt64, count: Int) {
        let drawn = (0..<UInt64(min(max(1, count), Self.limit))).map { distribution.bytes(seed: seed, index: $0) }
        let mean = drawn.reduce(0) { $0 + Double($1) } / Double(drawn.count)
        deviation = (drawn.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(drawn.count)).squareRoot()
        self.mean = mean
        sizes = drawn.sorted()
    }

    package var count: Int { sizes.count }

    /// The smallest size that at least this part of the objects do not exceed; 0: the smallest.
    package func bytes(atPercentile percentile: Double) -> Int64 {
        let place = Int((percentile / 100 * Double(sizes.count)).rounded(.up)) - 1
        return sizes[min(max(place, 0), sizes.count - 1)]
    }

    /// Parts of the objects and of the bytes that fall into each class of sizes which has any.
    package var buckets: [(bucket: SizeBucket, ofObjects: Double, ofBytes: Double)] {
        var counts: [SizeBucket: (objects: Double, bytes: Double)] = [:]
        for size in sizes {
            counts[SizeBucket(bytes: size), default: (0, 0)].objects += 1
            counts[SizeBucket(bytes: size), default: (0, 0)].bytes += Double(size)
        }
        let all = mean * Double(sizes.count)
        return counts.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value.objects / Double(sizes.count), all > 0 ? $0.value.bytes / all : 0)
        }
    }
}
