#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The clocks of this process. Nothing in `Coordination` may call them: there, time is an argument.
package enum SystemClock {
    /// Now on CLOCK_MONOTONIC, moved by the test hooks `MUSTER_TEST_CLOCK_OFFSET_NS` and `MUSTER_TEST_CLOCK_DRIFT_PPM` where they are set.
    package static var now: Moment {
        let time = read(CLOCK_MONOTONIC)
        return Moment(nanoseconds: testDrift == 0 ? time &+ testOffset : time &+ time / 1_000_000 &* testDrift &+ testOffset)
    }

    /// Wall-clock nanoseconds since 1970 in UTC; a label, never used to measure.
    package static var utcNanoseconds: Int64 { read(CLOCK_REALTIME) &+ testOffset }

    /// A shift of both clocks, so that a test can give an agent a clock that is known to be wrong.
    private static let testOffset = number("MUSTER_TEST_CLOCK_OFFSET_NS")
    /// By how many parts of a million the monotonic clock is too fast, counted from the machine's boot.
    private static let testDrift = number("MUSTER_TEST_CLOCK_DRIFT_PPM")

    private static func number(_ variable: String) -> Int64 { getenv(variable).flatMap { Int64(String(cString: $0)) } ?? 0 }

    @inline(__always)
    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

/// UTC labels of wall-clock time.
package enum UTC {
    /// `2026-11-25T04:30:12.123Z` for nanoseconds since 1970.
    package static func label(nanoseconds: Int64) -> String {
        let (date, time) = parts(nanoseconds)
        let milliseconds = (nanoseconds % 1_000_000_000) / 1_000_000
        return "\(date.0)-\(two(date.1))-\(two(date.2))T\(two(time.0)):\(two(time.1)):\(two(time.2)).\(three(Int(milliseconds)))Z"
    }

    /// `20261125-043012` for nanoseconds since 1970: the beginning of a run's id and directory.
    package static func compactLabel(nanoseconds: Int64) -> String {
        let (date, time) = parts(nanoseconds)
        return "\(date.0)\(two(date.1))\(two(date.2))-\(two(time.0))\(two(time.1))\(two(time.2))"
    }

    /// Nanoseconds since 1970 of a `label`; nil for what is none.
    package static func nanoseconds(of label: String) -> Int64? {
        let numbers = label.split { !("0"..."9").contains($0) }.compactMap { Int32($0) }
        guard numbers.count == 7, label.utf8.count == 24 else { return nil }
        var fields = tm()
        (fields.tm_year, fields.tm_mon, fields.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        (fields.tm_hour, fields.tm_min, fields.tm_sec) = (numbers[3], numbers[4], numbers[5])
        return Int64(timegm(&fields)) * 1_000_000_000 + Int64(numbers[6]) * 1_000_000
    }

    private static func parts(_ nanoseconds: Int64) -> ((Int, Int, Int), (Int, Int, Int)) {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        return (
            (Int(fields.tm_year) + 1900, Int(fields.tm_mon) + 1, Int(fields.tm_mday)),
            (Int(fields.tm_hour), Int(fields.tm_min), Int(fields.tm_sec))
        )
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    private static func three(_ value: Int) -> String { value < 10 ? "00\(value)" : value < 100 ? "0\(value)" : "\(value)" }
}
