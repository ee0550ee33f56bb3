import Measurement
import Vocabulary

/// Errors of one operation and class in a stage, with one of their messages.
package struct ErrorCause: Codable, Sendable, Equatable {
    package var kind: OperationKind
    /// The class in a word or two: `timeout`, `not found`.
    package var cause: String
    package var count: UInt64
    package var message: String

    /// Characters of a message that are kept.
    private static let messageLimit = 300

    package init(kind: OperationKind, cause: String, count: UInt64, message: String) {
        self.kind = kind
        self.cause = cause
        self.count = count
        self.message = message
    }

    init(_ sample: ErrorSample) {
        self.init(kind: sample.kind, cause: sample.cause, count: sample.count, message: String(sample.message.prefix(Self.messageLimit)))
    }

    enum CodingKeys: String, CodingKey {
        case kind, count, message
        case cause = "class"
    }
}

extension [ErrorCause] {
    /// Over several agents: the most frequent first.
    static func merged(_ all: some Sequence<ErrorCause>) -> [ErrorCause] {
        var merged: [ErrorCause] = []
        for one in all {
            if let place = merged.firstIndex(where: { $0.kind == one.kind && $0.cause == one.cause }) {
                merged[place].count &+= one.count
            } else {
                merged.append(one)
            }
        }
        return merged.sorted { ($1.count, $0.kind.label, $0.cause) < ($0.count, $1.kind.label, $1.cause) }
    }
}
