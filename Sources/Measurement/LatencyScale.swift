/// How latencies map to counters: HDR histogram's scheme with three significant digits.
///
/// Values below 2,048 ns have a counter each; above, each power of two is cut into 1,024 equal parts, so that a counter is never
/// wider than 1/1,024 of its lowest value. See "HdrHistogram", Gil Tene; subBucketCount = 2,048.
enum LatencyScale {
    /// 2⁴² − 1 ns, 73 minutes: what is longer counts as this.
    static let maximum: Int64 = (1 << 42) - 1
    /// One more than the index of `maximum`.
    static let counters = 31 * 1024 + 2048

    @inline(__always)
    static func clamp(_ nanoseconds: Int64) -> Int64 { min(max(nanoseconds, 0), maximum) }

    /// The counter of a clamped value.
    @inline(__always)
    static func index(_ value: Int64) -> Int {
        let shift = max(0, 53 &- value.leadingZeroBitCount)
        return shift &* 1024 &+ Int(value &>> Int64(shift))
    }

    /// The lowest value that counts at `index`.
    static func lowest(_ index: Int) -> Int64 {
        guard index >= 2048 else { return Int64(index) }
        let shift = index / 1024 - 1
        return Int64(index - shift * 1024) << Int64(shift)
    }

    /// The highest value that counts at `index`.
    static func highest(_ index: Int) -> Int64 {
        guard index >= 2048 else { return Int64(index) }
        return lowest(index) + (1 << Int64(index / 1024 - 1)) - 1
    }
}
