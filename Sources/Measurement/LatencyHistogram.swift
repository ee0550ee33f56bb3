/// How long operations took: counts by nanoseconds, exact to three significant digits (at most 0.1 % too high).
///
/// Covers 0 ns to 73 minutes; what is longer counts as 73 minutes. Memory is one counter of 8 bytes for each part of the scale between
/// the least and the greatest value met (at most 270 kB). Histograms of several workers, agents or intervals merge without loss.
package struct LatencyHistogram: Sendable {
    package private(set) var count: UInt64 = 0
    /// Sum of all values, exact.
    package private(set) var sum: UInt128 = 0
    private var least: Int64 = .max
    private var greatest: Int64 = 0
    /// Counters of the scale's indices `base ..< base + counts.count`.
    private(set) var counts: [UInt64] = []
    /// A multiple of `block`.
    private(set) var base = 0
    /// Its encoding, where it was packed: there are no counters then.
    private var packed: [UInt8]?

    /// The window of counters begins and ends at a multiple of this.
    private static let block = 512

    package init() {}

    /// The least value recorded, exact; 0 when empty.
    package var minimum: Int64 { count == 0 ? 0 : least }
    /// The greatest value recorded, exact; 0 when empty.
    package var maximum: Int64 { greatest }
    /// The exact mean; 0 when empty.
    package var meanNanoseconds: Double { count == 0 ? 0 : Double(sum) / Double(count) }

    @inline(__always)
    package mutating func record(nanoseconds: Int64) { record(nanoseconds: nanoseconds, count: 1) }

    @inline(__always)
    package mutating func record(nanoseconds: Int64, count times: UInt64) {
        let value = LatencyScale.clamp(nanoseconds)
        let index = LatencyScale.index(value)
        if index &- base >= counts.count || index < base { widen(toInclude: index) }
        counts[index &- base] &+= times
        count &+= times
        sum &+= UInt128(UInt64(value)) &* UInt128(times)
        if times > 0 {
            least = min(least, value)
            greatest = max(greatest, value)
        }
    }

    package mutating func merge(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        unpack()
        let other = other.unpacked
        if counts.isEmpty {
            self = other
            return
        }
        widen(toInclude: LatencyScale.index(other.least))
        widen(toInclude: LatencyScale.index(other.greatest))
        for (offset, times) in other.counts.enumerated() where times > 0 { counts[other.base - base + offset] &+= times }
        count &+= other.count
        sum &+= other.sum
        least = min(least, other.least)
        greatest = max(greatest, other.greatest)
    }

    /// Forgets everything but its memory.
    package mutating func reset() {
        packed = nil
        if count > 0, !counts.isEmpty {
            for index in LatencyScale.index(least)...LatencyScale.index(greatest) { counts[index - base] = 0 }
        }
        count = 0
        sum = 0
        least = .max
        greatest = 0
    }

    /// The value that `percentile` percent of the recorded ones do not exceed (HDR's highest equivalent value, never above `maximum`);
    /// 0 when empty.
    package func nanoseconds(atPercentile percentile: Double) -> Int64 {
        guard count > 0 else { return 0 }
        if packed != nil { return unpacked.nanoseconds(atPercentile: percentile) }
        let wanted = max(1, (min(max(percentile, 0), 100) / 100 * Double(count)).rounded(.up))
        var seen: UInt64 = 0
        for (offset, times) in counts.enumerated() where times > 0 {
            seen += times
            if Double(seen) >= wanted { return min(LatencyScale.highest(base + offset), greatest) }
        }
        return greatest
    }

    @inline(never)
    private mutating func widen(toInclude index: Int) {
        unpack()
        guard index < base || index >= base + counts.count else { return }
        let block = Self.block
        let low = index / block * block
        let high = low + block
        guard !counts.isEmpty else {
            base = low
            counts = [UInt64](repeating: 0, count: block)
            return
        }
        if low < base {
            counts.insert(contentsOf: repeatElement(0, count: base - low), at: 0)
            base = low
        } else {
            counts.append(contentsOf: repeatElement(0, count: high - base - counts.count))
        }
    }
}

extension LatencyHistogram {
    /// Takes a few bytes for each counter that is not zero from here on, until something is recorded or merged into it. For what is kept for long.
    package mutating func pack() {
        guard packed == nil, !counts.isEmpty else { return }
        packed = encoded()
        counts = []
        base = 0
    }

    private var unpacked: LatencyHistogram {
        guard let packed else { return self }
        guard let histogram = LatencyHistogram(encoded: packed) else { preconditionFailure("our own encoding can be read") }
        return histogram
    }

    private mutating func unpack() { if packed != nil { self = unpacked } }
}

extension LatencyHistogram: Equatable {
    /// Equal where the same counts stand at the same values, whatever memory they take.
    package static func == (a: LatencyHistogram, b: LatencyHistogram) -> Bool {
        guard a.count == b.count, a.sum == b.sum, a.least == b.least, a.greatest == b.greatest else { return false }
        guard a.count > 0 else { return true }
        let (a, b) = (a.unpacked, b.unpacked)
        let range = LatencyScale.index(a.least)...LatencyScale.index(a.greatest)
        return range.allSatisfy { a.counts[$0 - a.base] == b.counts[$0 - b.base] }
    }
}

extension LatencyHistogram {
    /// A few bytes for each counter that is not zero, in ascending order.
    package func encoded() -> [UInt8] {
        if let packed { return packed }
        var writer = ByteWriter()
        let filled = counts.indices.filter { counts[$0] > 0 }
        writer.write(UInt64(filled.count))
        guard count > 0 else { return writer.bytes }
        writer.write(UInt64(truncatingIfNeeded: sum >> 64))
        writer.write(UInt64(truncatingIfNeeded: sum))
        writer.write(UInt64(least))
        writer.write(UInt64(greatest))
        var previous = 0
        for offset in filled {
            writer.write(UInt64(base + offset - previous))
            writer.write(counts[offset])
            previous = base + offset
        }
        return writer.bytes
    }

    /// nil where the bytes are not a histogram's, whoever made them.
    package init?(encoded bytes: some Collection<UInt8>) {
        var reader = ByteReader(bytes)
        self.init()
        guard let filled = reader.readInt(upTo: LatencyScale.counters) else { return nil }
        if filled > 0 {
            guard let entries = Self.readEntries(&reader, filled) else { return nil }
            self = entries
        }
        guard reader.isAtEnd else { return nil }
    }

    private static func readEntries(_ reader: inout ByteReader, _ filled: Int) -> LatencyHistogram? {
        guard filled <= reader.remaining / 2,
            let sumHigh = reader.readUnsigned(), let sumLow = reader.readUnsigned(),
            let least = reader.readInt(upTo: Int(LatencyScale.maximum)).map(Int64.init),
            let greatest = reader.readInt(upTo: Int(LatencyScale.maximum)).map(Int64.init), least <= greatest
        else { return nil }
        var histogram = LatencyHistogram()
        let range = LatencyScale.index(least)...LatencyScale.index(greatest)
        histogram.widen(toInclude: range.lowerBound)
        histogram.widen(toInclude: range.upperBound)
        var index = 0
        var (lowSum, highSum): (UInt128, UInt128) = (0, 0)
        for number in 0..<filled {
            guard let step = reader.readInt(upTo: LatencyScale.counters), let times = reader.readUnsigned(), times > 0,
                number == 0 || step > 0
            else { return nil }
            index += step
            let total = histogram.count.addingReportingOverflow(times)
            guard range.contains(index), !total.overflow, number > 0 || index == range.lowerBound else { return nil }
            histogram.counts[index - histogram.base] = times
            histogram.count = total.partialValue
            lowSum += UInt128(UInt64(LatencyScale.lowest(index))) * UInt128(times)
            highSum += UInt128(UInt64(LatencyScale.highest(index))) * UInt128(times)
        }
        histogram.sum = UInt128(sumHigh) << 64 | UInt128(sumLow)
        guard index == range.upperBound, (lowSum...highSum).contains(histogram.sum) else { return nil }
        histogram.least = least
        histogram.greatest = greatest
        return histogram
    }
}
