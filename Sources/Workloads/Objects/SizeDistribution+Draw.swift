import Glibc
import Plans
import Vocabulary

extension SizeDistribution {
    /// The size of the `index`th object: it follows from the seed and the index alone.
    func bytes(seed: UInt64, index: UInt64) -> Int64 {
        switch self {
        case .fixed(let size): return max(0, size.bytes)
        case .uniform(let minimum, let maximum):
            guard maximum > minimum else { return max(0, minimum.bytes) }
            let width = UInt64(maximum.bytes - minimum.bytes) + 1
            return max(0, minimum.bytes) + Int64(width.multipliedFullWidth(by: Random.mix(seed, index)).high)
        case .lognormal(let mean, let deviation, let minimum, let maximum):
            let first = Random.mix(seed, index)
            let normal = Self.normal(first, Random.mix(first, index))
            // Moments of the lognormal distribution, solved for its parameters.
            let variance = log(1 + deviation * deviation / (mean * mean))
            let drawn = exp(log(mean) - variance / 2 + variance.squareRoot() * normal)
            guard drawn.isFinite else { return maximum.bytes }
            return min(max(Int64(min(drawn, 9e18)), minimum.bytes, 0), maximum.bytes)
        }
    }

    /// About what one object has on average.
    var meanBytes: Double {
        switch self {
        case .fixed(let size): Double(size.bytes)
        case .uniform(let minimum, let maximum): (Double(minimum.bytes) + Double(maximum.bytes)) / 2
        case .lognormal(let mean, _, let minimum, let maximum): min(max(mean, Double(minimum.bytes)), Double(maximum.bytes))
        }
    }

    /// A standard normal deviate from two random words (Box and Muller).
    private static func normal(_ a: UInt64, _ b: UInt64) -> Double {
        let u = (Double(a >> 11) + 1) * 0x1p-53
        let v = Double(b >> 11) * 0x1p-53
        return (-2 * log(u)).squareRoot() * cos(2 * Double.pi * v)
    }
}
