import Measurement
import Testing
import Vocabulary

@Suite("Encodings of statistics")
struct EncodingTests {
    @Test("What is encoded is decoded to the same", arguments: 1...10 as ClosedRange<UInt64>)
    func roundTrips(seed: UInt64) {
        var random = Seeded(seed)
        let histogram = Samples.histogram(&random)
        #expect(LatencyHistogram(encoded: histogram.encoded()) == histogram)
        let table = Samples.table(&random)
        #expect(StatisticsTable(encoded: table.encoded()) == table)
        let interval = Samples.interval(&random)
        #expect(IntervalStatistics(encoded: interval.encoded()) == interval)
        let stage = Samples.stage(&random)
        #expect(StageStatistics(encoded: stage.encoded()) == stage)
    }

    @Test("Empty ones too")
    func emptyRoundTrips() {
        #expect(LatencyHistogram(encoded: LatencyHistogram().encoded()) == LatencyHistogram())
        #expect(StatisticsTable(encoded: StatisticsTable().encoded()) == StatisticsTable())
        let stage = StageStatistics(stage: StageOrder(1), begin: .zero, end: .zero)
        #expect(StageStatistics(encoded: stage.encoded()) == stage)
    }

    @Test("A histogram takes a few bytes for each counter in use, not for each there could be")
    func encodingIsSparse() {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: 1_000, count: 1_000_000)
        histogram.record(nanoseconds: 3_600_000_000_000)
        #expect(histogram.encoded().count < 40)
    }

    @Test("No beginning of an encoding is one itself")
    func truncationIsRefused() {
        var random = Seeded(3)
        let bytes = Samples.stage(&random).encoded()
        for length in 0..<bytes.count { #expect(StageStatistics(encoded: bytes[..<length]) == nil, "\(length) bytes") }
        #expect(StageStatistics(encoded: bytes + [0]) == nil)
    }

    @Test("Spoiled bytes are refused or make statistics that can be used and sent on", arguments: 1...300 as ClosedRange<UInt64>)
    func mutationsAreSurvived(seed: UInt64) {
        var random = Seeded(seed)
        let originals = [
            Samples.histogram(&random, count: 20).encoded(), Samples.table(&random).encoded(), Samples.interval(&random).encoded(),
            Samples.stage(&random).encoded(),
        ]
        for original in originals {
            let bytes = spoiled(original, &random)
            if let histogram = LatencyHistogram(encoded: bytes) {
                #expect(LatencyHistogram(encoded: histogram.encoded()) == histogram)
                #expect(histogram.nanoseconds(atPercentile: 50) <= histogram.maximum)
            }
            if let table = StatisticsTable(encoded: bytes) { #expect(StatisticsTable(encoded: table.encoded()) == table) }
            if let interval = IntervalStatistics(encoded: bytes) {
                var merged = interval.table
                merged.merge(interval.table)
                #expect(IntervalStatistics(encoded: interval.encoded()) == interval)
            }
            if let stage = StageStatistics(encoded: bytes) { #expect(StageStatistics(encoded: stage.encoded()) == stage) }
        }
    }

    @Test("Counts that overflow when they are added are refused")
    func overflowIsRefused() {
        // Two counters, 0 and 1, with 2⁶⁴ − 1 values each.
        let most: [UInt8] = [UInt8](repeating: 0xff, count: 9) + [1]
        let bytes: [UInt8] = [2, 0] + most + [0, 1] + [0] + most + [1] + most
        #expect(LatencyHistogram(encoded: bytes) == nil)
    }

    @Test("A small message cannot ask for much memory")
    func memoryIsBounded() {
        // 63 rows with a counter at each end of the scale: 17 MB of counters for 2 kB of message.
        var wide = OperationStatisticsMaker()
        #expect(StatisticsTable(encoded: wide.table(rows: 63)) == nil)
        #expect(StatisticsTable(encoded: wide.table(rows: 20)) != nil)
    }

    @Test("A message of any length is cut to what is allowed, between characters")
    func messagesAreCut() {
        let long = String(repeating: "ü", count: 5000)
        let sample = ErrorSample(kind: .get, cause: "class", message: long, count: 1, first: .zero, last: .zero)
        let stage = StageStatistics(
            stage: StageOrder(1), begin: .zero, end: .zero, errorSamples: [ErrorSample](repeating: sample, count: 150))
        let decoded = StageStatistics(encoded: stage.encoded())
        #expect(decoded?.errorSamples.count == StageStatistics.sampleLimit)
        #expect(decoded?.errorSamples.first.map { long.hasPrefix($0.message.dropLast()) } == true)
    }

    private func spoiled(_ original: [UInt8], _ random: inout Seeded) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &random)))
            default: bytes.insert(contentsOf: [UInt8](repeating: 0xff, count: Int.random(in: 1...12, using: &random)), at: place)
            }
        }
        return bytes
    }
}

/// Encodes tables as wide as can be, which no engine ever fills.
private struct OperationStatisticsMaker {
    mutating func table(rows: Int) -> [UInt8] {
        var table = StatisticsTable()
        var left = rows
        for kind in OperationKind.allCases {
            for bucket in SizeBucket.allCases where left > 0 {
                var row = OperationStatistics()
                row.record(nanoseconds: 0, bytes: 1)
                row.record(nanoseconds: .max, bytes: 1)
                table.merge(row, into: StatisticsKey(kind: kind, bucket: bucket))
                left -= 1
            }
        }
        return table.encoded()
    }
}
