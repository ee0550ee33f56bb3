import Vocabulary

/// SplitMix64: one seed, one sequence, on every machine.
struct Seed {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x2545_f491_4f6c_dd1d &+ 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// True this often of a hundred.
    mutating func percent(_ share: Double) -> Bool { fraction() * 100 < share }

    /// 0 up to 1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func int(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(next() % UInt64(range.count)) }

    /// A duration between two numbers of milliseconds.
    mutating func milliseconds(_ low: Double, _ high: Double) -> Duration {
        .nanoseconds(Int64((low + (high - low) * fraction()) * 1e6))
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[int(0...choices.count - 1)] }
}
