/// An instant on one process's monotonic clock, in nanoseconds since that clock's own beginning.
///
/// Two processes' moments are comparable only through a measured offset.
package struct Moment: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package var nanoseconds: Int64
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let zero = Moment(nanoseconds: 0)

    package init(from decoder: any Decoder) throws { nanoseconds = try decoder.singleValueContainer().decode(Int64.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }

    package var description: String { "\(Duration.nanoseconds(nanoseconds))" }

    package static func < (a: Moment, b: Moment) -> Bool { a.nanoseconds < b.nanoseconds }
    package static func + (a: Moment, b: Duration) -> Moment { Moment(nanoseconds: a.nanoseconds + b.wholeNanoseconds) }
    package static func - (a: Moment, b: Duration) -> Moment { Moment(nanoseconds: a.nanoseconds - b.wholeNanoseconds) }
    package static func - (a: Moment, b: Moment) -> Duration { .nanoseconds(a.nanoseconds - b.nanoseconds) }
}

extension Duration {
    /// The duration in nanoseconds, saturating at the ends of `Int64` (292 years).
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, over) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return over ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in seconds.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
