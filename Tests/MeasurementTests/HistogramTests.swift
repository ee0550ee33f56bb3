import Measurement
import Testing

@Suite("A latency histogram")
struct HistogramTests {
    @Test("Every percentile lies within 0.1 % above what sorting finds", arguments: 1...20 as ClosedRange<UInt64>)
    func percentilesMatchSorting(seed: UInt64) {
        var random = Seeded(seed)
        let count = Int.random(in: 1...5000, using: &random)
        // Every other seed keeps to one magnitude, where neighbouring values are close.
        let values = (0..<count).map { _ in seed % 2 == 0 ? random.latency() : Int64.random(in: 900...90_000, using: &random) }
        let sorted = values.sorted()
        let histogram = made(of: values)
        for percentile in [0.1, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100] {
            let rank = max(1, Int((percentile / 100 * Double(count)).rounded(.up)))
            let exact = sorted[rank - 1]
            let found = histogram.nanoseconds(atPercentile: percentile)
            #expect(found >= exact, "p\(percentile) of seed \(seed)")
            #expect(Double(found - exact) <= Double(exact) * 0.001, "p\(percentile) of seed \(seed): \(found) for \(exact)")
        }
    }

    @Test("Count, mean, minimum and maximum are exact")
    func momentsAreExact() {
        var random = Seeded(7)
        let values = (0..<10_000).map { _ in Int64.random(in: 1...9_999_999_999, using: &random) }
        let histogram = made(of: values)
        #expect(histogram.count == 10_000)
        #expect(histogram.sum == values.reduce(UInt128(0)) { $0 + UInt128(UInt64($1)) })
        #expect(histogram.meanNanoseconds == Double(values.reduce(0, +)) / 10_000)
        #expect(histogram.minimum == values.min())
        #expect(histogram.maximum == values.max())
    }

    @Test("Packed it says, is merged and encoded the same, and goes on counting")
    func packing() {
        var random = Seeded(11)
        let values = (0..<3000).map { _ in random.latency() }
        let whole = made(of: values)
        var packed = whole
        packed.pack()
        #expect(packed == whole && packed.encoded() == whole.encoded())
        for percentile in [0, 50, 99.9, 100] {
            #expect(packed.nanoseconds(atPercentile: percentile) == whole.nanoseconds(atPercentile: percentile))
        }
        let other = made(of: Array(values.prefix(100)))
        for (var into, from) in [(packed, other), (other, packed), (LatencyHistogram(), packed), (packed, packed)] {
            var expected = into == other ? other : into.count == 0 ? LatencyHistogram() : whole
            expected.merge(from == other ? other : whole)
            into.merge(from)
            #expect(into == expected)
        }
        var recorded = whole
        recorded.record(nanoseconds: 5)
        packed.record(nanoseconds: 5)
        #expect(packed == recorded)
        packed.pack()
        packed.reset()
        #expect(packed == LatencyHistogram())
    }

    @Test("An empty one says 0 to everything")
    func emptyIsZero() {
        let empty = LatencyHistogram()
        #expect(empty.count == 0)
        #expect(empty.minimum == 0)
        #expect(empty.maximum == 0)
        #expect(empty.meanNanoseconds == 0)
        #expect(empty.nanoseconds(atPercentile: 99) == 0)
    }

    @Test("An hour is told from an hour and five seconds; centuries and negative times count at the ends of the scale")
    func extremesSaturate() {
        let hour: Int64 = 3_600_000_000_000
        #expect(made(of: [hour]).nanoseconds(atPercentile: 50) == hour)
        #expect(made(of: [hour, hour + 5_000_000_000]).nanoseconds(atPercentile: 50) < hour + 4_000_000_000)
        let ends = made(of: [.max, .min])
        #expect(ends.count == 2)
        #expect(ends.minimum == 0)
        #expect(ends.maximum == (1 << 42) - 1)
    }

    @Test("Merging parts is recording all, in any order", arguments: 1...20 as ClosedRange<UInt64>)
    func mergeIsRecordingAll(seed: UInt64) {
        var random = Seeded(seed)
        let values = (0..<2000).map { _ in random.latency() }
        var parts = [LatencyHistogram](repeating: LatencyHistogram(), count: 5)
        for value in values { parts[Int.random(in: 0..<5, using: &random)].record(nanoseconds: value) }
        var merged = LatencyHistogram()
        for part in parts.shuffled(using: &random) { merged.merge(part) }
        #expect(merged == made(of: values))
    }

    @Test("A value recorded so many times is that many values")
    func countsAreRepetitions() {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: 4711, count: 3)
        histogram.record(nanoseconds: 9_000_000, count: 0)
        #expect(histogram == made(of: [4711, 4711, 4711]))
    }

    @Test("Two are equal by what they hold, not by the memory that they took")
    func equalityIgnoresMemory() {
        var wide = made(of: [5, 3_000_000_000_000])
        wide.reset()
        #expect(wide == LatencyHistogram())
        wide.record(nanoseconds: 70_000)
        #expect(wide == made(of: [70_000]))
        #expect(wide != made(of: [70_001, 70_001]))
    }

    @Test("The p99 of a fleet with one slow agent is no mean and no maximum of the agents' p99s")
    func percentilesDoNotAverage() {
        var agents = (0..<9).map { _ in made(of: (1...1000).map { Int64($0) * 1000 }) }
        agents.append(made(of: (1...1000).map { Int64($0) * 10_000 }))
        var fleet = LatencyHistogram()
        for agent in agents { fleet.merge(agent) }
        let own = agents.map { Double($0.nanoseconds(atPercentile: 99)) }
        let merged = Double(fleet.nanoseconds(atPercentile: 99))
        #expect(abs(own.reduce(0, +) / 10 - merged) > merged * 0.5)
        #expect(abs((own.max() ?? 0) - merged) > merged * 0.05)
    }

    private func made(of values: [Int64]) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for value in values { histogram.record(nanoseconds: value) }
        return histogram
    }
}
