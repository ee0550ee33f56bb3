/// The class of sizes that an operation's object falls in; upper bounds are inclusive.
package enum SizeBucket: Int, Sendable, CaseIterable, Hashable, Comparable {
    case zero, upTo8KiB, upTo64KiB, upTo512KiB, upTo4MiB, upTo32MiB, upTo256MiB, upTo2GiB, beyond2GiB

    package init(bytes: Int64) {
        guard bytes > 0 else {
            self = .zero
            return
        }
        // Bounds are 2^13, 2^16, …, 2^31: three powers of two apart.
        let exponent = 64 - (bytes - 1).leadingZeroBitCount
        self = exponent <= 13 ? .upTo8KiB : SizeBucket(rawValue: min(8, (exponent - 11) / 3 + 1)) ?? .beyond2GiB
    }

    /// As result files print it.
    package var label: String {
        switch self {
        case .zero: "zero"
        case .upTo8KiB: "1B-8KiB"
        case .upTo64KiB: "8KiB-64KiB"
        case .upTo512KiB: "64KiB-512KiB"
        case .upTo4MiB: "512KiB-4MiB"
        case .upTo32MiB: "4MiB-32MiB"
        case .upTo256MiB: "32MiB-256MiB"
        case .upTo2GiB: "256MiB-2GiB"
        case .beyond2GiB: ">2GiB"
        }
    }

    package static func < (a: SizeBucket, b: SizeBucket) -> Bool { a.rawValue < b.rawValue }
}
