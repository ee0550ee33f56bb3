/// A fast random generator (wyrand) with 64 bits of state; good for load, not for secrets.
struct Random {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    @inline(__always)
    mutating func next() -> UInt64 {
        state &+= 0xa076_1d64_78bd_642f
        return Random.fold(state)
    }

    /// Even over `0 ..< bound` (Lemire's multiplication; the bias is below 2⁻⁶⁴ × bound).
    @inline(__always)
    mutating func below(_ bound: UInt64) -> UInt64 { bound.multipliedFullWidth(by: next()).high }

    /// The step of wyrand that turns a counter into noise.
    @inline(__always)
    static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: value ^ 0xe703_7ed1_a0b4_28db)
        return product.high ^ product.low
    }

    /// A seed of its own for each pair (splitmix64's finaliser over both).
    static func mix(_ seed: UInt64, _ number: UInt64) -> UInt64 {
        var value = seed ^ (number &+ 1) &* 0x9e37_79b9_7f4a_7c15
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// A seed from a text (FNV-1a).
    static func seed(_ text: String) -> UInt64 { seed(text.utf8) }

    static func seed(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
