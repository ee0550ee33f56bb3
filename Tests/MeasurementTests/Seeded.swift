/// Splitmix64: the same values for the same seed, everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// Latencies over all magnitudes from 1 ns to an hour.
    mutating func latency() -> Int64 {
        let magnitude = Int.random(in: 0...41, using: &self)
        return min(3_600_000_000_000, Int64.random(in: (1 << magnitude)...(2 << magnitude), using: &self))
    }
}
