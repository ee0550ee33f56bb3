import Measurement
import Storage
import Vocabulary

/// One message for each kind of error of each kind of operation, and how often it came; never more than `StageStatistics.sampleLimit`.
struct ErrorSamples: Sendable {
    private struct Entry: Sendable {
        var kind: OperationKind
        var reason: StorageError.Kind
        var message: String
        var count: UInt64
    }

    private var entries: [Entry] = []

    mutating func add(_ kind: OperationKind, _ error: StorageError) {
        if let place = entries.firstIndex(where: { $0.kind == kind && $0.reason == error.kind }) {
            entries[place].count &+= 1
        } else {
            add(Entry(kind: kind, reason: error.kind, message: "\(error)", count: 1))
        }
    }

    mutating func merge(_ other: ErrorSamples) {
        for entry in other.entries {
            if let place = entries.firstIndex(where: { $0.kind == entry.kind && $0.reason == entry.reason }) {
                entries[place].count &+= entry.count
            } else {
                add(entry)
            }
        }
    }

    var samples: [ErrorSample] { entries.map { ErrorSample(kind: $0.kind, message: $0.message, count: $0.count) } }
    /// The message of what came most often.
    var commonest: String? { entries.max { $0.count < $1.count }?.message }

    private mutating func add(_ entry: Entry) {
        if entries.count < StageStatistics.sampleLimit { entries.append(entry) }
    }
}
