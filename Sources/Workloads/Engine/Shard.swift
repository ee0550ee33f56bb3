import Measurement
import Storage
import Vocabulary

/// What one worker counts until the sampler takes it away: written by one thread at a time, never by two.
///
/// `@unchecked Sendable`: a shard belongs to whoever took it out of its worker's slot by an atomic exchange.
final class Shard: @unchecked Sendable {
    private static let buckets = SizeBucket.allCases.count
    private static let kinds = OperationKind.allCases

    private let rows: UnsafeMutablePointer<OperationStatistics>
    /// Of each endpoint, over all operations that went there.
    private let endpoints: UnsafeMutableBufferPointer<OperationStatistics>
    private(set) var operations: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    private(set) var errors: UInt64 = 0
    private(set) var samples = ErrorSamples()
    /// The interval that it counts.
    var interval = ShardInterval()

    /// `endpoints`: how many the agent has.
    init(endpoints count: Int = 0) {
        endpoints = .allocate(capacity: count)
        endpoints.initialize(repeating: OperationStatistics())
        rows = .allocate(capacity: Self.kinds.count * Self.buckets)
        rows.initialize(repeating: OperationStatistics(), count: Self.kinds.count * Self.buckets)
    }

    deinit {
        rows.deinitialize(count: Self.kinds.count * Self.buckets)
        rows.deallocate()
        endpoints.deinitialize()
        endpoints.deallocate()
    }

    /// `endpoint`: where it went; negative: none.
    @inline(__always)
    func record(_ kind: OperationKind, size: Int64, moved: Int64, nanoseconds: Int64, sinceIntended: Int64?, endpoint: Int) {
        rows[Self.place(kind, SizeBucket(bytes: size))].record(
            nanoseconds: nanoseconds, sinceIntended: sinceIntended, bytes: UInt64(moved))
        if endpoint >= 0 { endpoints[endpoint].record(nanoseconds: nanoseconds, bytes: UInt64(moved)) }
        operations &+= 1
        bytes &+= UInt64(moved)
    }

    func record(_ kind: OperationKind, error: StorageError, at moment: Int64, endpoint: Int) {
        rows[Self.place(kind, .zero)].recordError()
        if endpoint >= 0 { endpoints[endpoint].recordError() }
        operations &+= 1
        errors &+= 1
        samples.add(kind, error, at: moment)
    }

    /// Adds everything to `table`, what went over endpoints to `sums` as far as that has a place for each, and forgets it.
    func drain(into table: inout StatisticsTable, endpoints sums: inout [OperationStatistics]) {
        guard operations > 0 else { return }
        for place in endpoints.indices where !endpoints[place].isEmpty {
            if sums.indices.contains(place) { sums[place].merge(endpoints[place]) }
            endpoints[place].reset()
        }
        for (number, kind) in Self.kinds.enumerated() {
            for bucket in SizeBucket.allCases {
                let place = number * Self.buckets + bucket.rawValue
                guard !rows[place].isEmpty else { continue }
                table.merge(rows[place], into: StatisticsKey(kind: kind, bucket: bucket))
                rows[place].reset()
            }
        }
        operations = 0
        bytes = 0
        errors = 0
        samples = ErrorSamples()
    }

    @inline(__always)
    private static func place(_ kind: OperationKind, _ bucket: SizeBucket) -> Int {
        kind.place * buckets + bucket.rawValue
    }
}

/// Which interval a shard's operations count in.
struct ShardInterval: Sendable {
    /// From 0.
    var index: UInt32 = 0
    var isWarmup = false
}

extension OperationKind {
    /// Its place in `allCases`.
    @inline(__always)
    var place: Int {
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
}
