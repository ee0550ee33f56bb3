import Vocabulary

/// What one row of statistics is about.
package struct StatisticsKey: Hashable, Sendable {
    package var kind: OperationKind
    package var bucket: SizeBucket

    package init(kind: OperationKind, bucket: SizeBucket) {
        self.kind = kind
        self.bucket = bucket
    }
}

/// Statistics by operation and size bucket: what workers fill, intervals carry and fleets merge.
package struct StatisticsTable: Sendable, Equatable {
    /// Rows that have counted something.
    package private(set) var rows: [StatisticsKey: OperationStatistics] = [:]

    package init() {}

    package var isEmpty: Bool { rows.isEmpty }

    /// Everything together.
    package var total: OperationStatistics { total { _ in true } }

    /// Operations, their bytes and their errors, of everything together.
    package var counts: (operations: UInt64, bytes: UInt64, errors: UInt64) {
        rows.values.reduce((0, 0, 0)) { ($0.0 + $1.count, $0.1 + $1.bytes, $0.2 + $1.errors) }
    }

    /// Whether it is of an open loop, whose operations have intended beginnings.
    package var isCorrected: Bool { rows.values.contains { $0.corrected.count > 0 } }

    package func total(of kind: OperationKind) -> OperationStatistics { total { $0.kind == kind } }

    package func total(of operationClass: OperationClass) -> OperationStatistics {
        total { $0.kind.operationClass == operationClass }
    }

    package func total(where included: (StatisticsKey) -> Bool) -> OperationStatistics {
        var sum = OperationStatistics()
        for (key, row) in rows where included(key) { sum.merge(row) }
        return sum
    }

    package mutating func record(_ kind: OperationKind, size: Int64, nanoseconds: Int64, sinceIntended: Int64? = nil, bytes: UInt64) {
        rows[StatisticsKey(kind: kind, bucket: SizeBucket(bytes: size)), default: OperationStatistics()]
            .record(nanoseconds: nanoseconds, sinceIntended: sinceIntended, bytes: bytes)
    }

    /// Counts an operation that failed; its size is not known.
    package mutating func recordError(_ kind: OperationKind) {
        rows[StatisticsKey(kind: kind, bucket: .zero), default: OperationStatistics()].recordError()
    }

    /// See `LatencyHistogram.pack`.
    package mutating func pack() { for key in rows.keys { rows[key]?.pack() } }

    package mutating func merge(_ statistics: OperationStatistics, into key: StatisticsKey) {
        guard !statistics.isEmpty else { return }
        rows[key, default: OperationStatistics()].merge(statistics)
    }

    package mutating func merge(_ other: StatisticsTable) {
        for (key, row) in other.rows { merge(row, into: key) }
    }
}

extension StatisticsTable {
    /// Counters in all rows of one encoding (8 MB): GET and PUT in nine buckets and five others never have as many.
    static let counterLimit = 1 << 20

    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// nil where the bytes are not a table's, whoever made them.
    package init?(encoded bytes: some Collection<UInt8>) {
        var reader = ByteReader(bytes)
        self.init(from: &reader)
        guard reader.isAtEnd else { return nil }
    }

    func write(to writer: inout ByteWriter) {
        writer.write(UInt64(rows.count))
        for kind in OperationKind.allCases {
            for bucket in SizeBucket.allCases {
                guard let row = rows[StatisticsKey(kind: kind, bucket: bucket)] else { continue }
                writer.write(kind.number)
                writer.write(UInt64(bucket.rawValue))
                row.write(to: &writer)
            }
        }
    }

    init?(from reader: inout ByteReader) {
        self.init()
        guard let count = reader.readInt(upTo: OperationKind.allCases.count * SizeBucket.allCases.count) else { return nil }
        var counters = 0
        for _ in 0..<count {
            guard let kind = OperationKind(from: &reader),
                let bucket = reader.readInt(upTo: SizeBucket.allCases.count - 1).flatMap(SizeBucket.init(rawValue:)),
                let row = OperationStatistics(from: &reader)
            else { return nil }
            counters += row.latency.counts.count + row.corrected.counts.count
            let key = StatisticsKey(kind: kind, bucket: bucket)
            guard counters <= Self.counterLimit, rows[key] == nil, !row.isEmpty else { return nil }
            rows[key] = row
        }
    }
}

extension OperationKind {
    /// Its number in encodings.
    var number: UInt64 {
        switch self {
        case .get: 0
        case .put: 1
        case .list: 2
        case .stat: 3
        case .delete: 4
        case .mkdir: 5
        case .rmdir: 6
        }
    }

    init?(from reader: inout ByteReader) {
        guard let number = reader.readUnsigned(), let kind = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = kind
    }
}
