import Vocabulary

/// Errors of one operation and class: how many, when the first and the last came, and what the first said.
package struct ErrorSample: Sendable, Hashable {
    package var kind: OperationKind
    /// The class in a word or two: `timeout`, `not found`.
    package var cause: String
    package var message: String
    package var count: UInt64
    /// On the agent's own clock, like `last`.
    package var first: Moment
    package var last: Moment

    /// Bytes of one message, and of a class.
    package static let messageLimit = 1024
    static let causeLimit = 32

    package init(kind: OperationKind, cause: String, message: String, count: UInt64, first: Moment, last: Moment) {
        self.kind = kind
        self.cause = cause
        self.message = message
        self.count = count
        self.first = first
        self.last = last
    }

    package mutating func add(_ more: UInt64, first earliest: Moment, last latest: Moment) {
        count &+= more
        first = min(first, earliest)
        last = max(last, latest)
    }

    func write(to writer: inout ByteWriter) {
        writer.write(kind.number)
        writer.write(text: Self.cut(cause, Self.causeLimit))
        writer.write(text: Self.cut(message, Self.messageLimit))
        writer.write(count)
        writer.write(signed: first.nanoseconds)
        writer.write(signed: last.nanoseconds)
    }

    init?(from reader: inout ByteReader) {
        guard let kind = OperationKind(from: &reader), let cause = reader.readText(upTo: Self.causeLimit),
            let message = reader.readText(upTo: Self.messageLimit), let count = reader.readUnsigned(), let first = reader.readSigned(),
            let last = reader.readSigned()
        else { return nil }
        self.init(
            kind: kind, cause: cause, message: message, count: count, first: Moment(nanoseconds: first), last: Moment(nanoseconds: last))
    }

    /// The text within so many bytes, cut between characters.
    private static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var short = String(decoding: text.utf8.prefix(limit - 4), as: UTF8.self)
        while short.utf8.count > limit { short.removeLast() }
        return short
    }
}
