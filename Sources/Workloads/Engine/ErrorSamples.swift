import Measurement
import Storage
import Vocabulary

/// Errors by operation and class: how many, when the first and the last came, and one message each.
struct ErrorSamples: Sendable {
    private(set) var samples: [ErrorSample] = []

    /// The message of what came most often.
    var commonest: String? { samples.max { $0.count < $1.count }?.message }

    /// `moment`: when it came, in nanoseconds.
    mutating func add(_ kind: OperationKind, _ error: StorageError, at moment: Int64) {
        let moment = Moment(nanoseconds: moment)
        if let place = samples.firstIndex(where: { $0.kind == kind && $0.cause == error.kind.rawValue }) {
            samples[place].add(1, first: moment, last: moment)
        } else {
            samples.append(
                ErrorSample(kind: kind, cause: error.kind.rawValue, message: "\(error)", count: 1, first: moment, last: moment))
        }
    }

    mutating func merge(_ other: ErrorSamples) {
        for sample in other.samples {
            if let place = samples.firstIndex(where: { $0.kind == sample.kind && $0.cause == sample.cause }) {
                samples[place].add(sample.count, first: sample.first, last: sample.last)
            } else {
                samples.append(sample)
            }
        }
    }
}
