import Measurement
import Testing
import Vocabulary

@Suite("A table of statistics")
struct TableTests {
    @Test("Bucket bounds belong to the lower bucket")
    func bucketBounds() {
        let bounds: [(bytes: Int64, label: String)] = [
            (0, "zero"), (8192, "1B-8KiB"), (65_536, "8KiB-64KiB"), (524_288, "64KiB-512KiB"), (4_194_304, "512KiB-4MiB"),
            (33_554_432, "4MiB-32MiB"), (268_435_456, "32MiB-256MiB"), (2_147_483_648, "256MiB-2GiB"), (.max, ">2GiB"),
        ]
        for (place, bound) in bounds.enumerated() {
            #expect(SizeBucket(bytes: bound.bytes).label == bound.label)
            guard place + 1 < bounds.count else { continue }
            #expect(SizeBucket(bytes: bound.bytes + 1).label == bounds[place + 1].label)
        }
        #expect(SizeBucket(bytes: -1) == .zero)
    }

    @Test("Classes add up their operations, and the total all of them")
    func totalsAddUp() {
        var table = StatisticsTable()
        table.record(.get, size: 4096, nanoseconds: 10, bytes: 4096)
        table.record(.get, size: 1 << 20, nanoseconds: 20, bytes: 1 << 20)
        table.record(.stat, size: 0, nanoseconds: 30, bytes: 0)
        table.record(.list, size: 0, nanoseconds: 50, bytes: 0)
        table.recordError(.delete)
        #expect(table.rows.count == 5)
        #expect(table.total(of: .get as OperationKind).count == 2)
        #expect(table.total(of: .get as OperationKind).bytes == 4096 + (1 << 20))
        #expect(table.total(of: OperationClass.meta).latency.meanNanoseconds == 40)
        #expect(table.total(of: OperationClass.meta).errors == 1)
        #expect(table.total(of: OperationClass.put).isEmpty)
        #expect(table.total.count == 4)
        #expect(table.total.latency.maximum == 50)
    }

    @Test("Merging two keeps every row of both", arguments: 1...5 as ClosedRange<UInt64>)
    func mergeKeepsRows(seed: UInt64) {
        var random = Seeded(seed)
        let (a, b) = (Samples.table(&random), Samples.table(&random))
        var both = a
        both.merge(b)
        #expect(both.total.count == a.total.count + b.total.count)
        #expect(both.total.bytes == a.total.bytes + b.total.bytes)
        for key in Set(a.rows.keys).union(b.rows.keys) {
            #expect(both.rows[key]?.count == (a.rows[key]?.count ?? 0) + (b.rows[key]?.count ?? 0))
            #expect(both.rows[key]?.errors == (a.rows[key]?.errors ?? 0) + (b.rows[key]?.errors ?? 0))
        }
    }
}
