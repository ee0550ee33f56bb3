/// A number of bytes.
package struct ByteCount: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package var bytes: Int64
    package init(_ bytes: Int64) { self.bytes = bytes }

    package static let zero = ByteCount(0)
    package static func kibibytes(_ n: Int64) -> ByteCount { ByteCount(n << 10) }
    package static func mebibytes(_ n: Int64) -> ByteCount { ByteCount(n << 20) }

    package init(from decoder: any Decoder) throws { bytes = try decoder.singleValueContainer().decode(Int64.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }

    /// MiB as a fraction.
    package var mebibytes: Double { Double(bytes) / 1_048_576 }

    /// `512 B`, `4.0 KiB`, `1.5 GiB`: binary units, one decimal.
    package var description: String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB"]
        guard bytes.magnitude >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes) / 1024
        var unit = 0
        while abs(value) >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(fixed(value, decimals: 1)) \(units[unit])"
    }

    package static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
    package static func + (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(a.bytes + b.bytes) }
    package static func += (a: inout ByteCount, b: ByteCount) { a.bytes += b.bytes }
}

/// `value` with exactly `decimals` (0–9) digits after the point, rounded half away from zero; no locale, no Foundation.
package func fixed(_ value: Double, decimals: Int) -> String {
    precondition((0...9).contains(decimals), "fixed() takes 0 to 9 decimals")
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e18 else { return "\(value)" }
    let digits = "\(Int64(scaled))"
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = digits.count > decimals ? digits : String(repeating: "0", count: decimals + 1 - digits.count) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}
