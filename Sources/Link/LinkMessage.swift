/// What can be said on a link: an `Order` or a `Report`.
package protocol LinkMessage: Sendable {
    /// How the message is kept until the other end has it.
    var retention: Retention { get }
    /// The bytes that travel; they hold no length of their own.
    func encoded() throws(LinkError) -> [UInt8]
    /// Throws `garbage` where the bytes are not a message, whoever made them.
    init(encoded bytes: [UInt8]) throws(LinkError)
}

/// How a message is kept until the other end has it.
package enum Retention: Sendable, Equatable {
    /// Numbered, kept until acknowledged, sent again after a reconnect: the message matters.
    case untilAcknowledged
    /// Of the messages with the same `slot` the newest `limit` are kept, and each is sent at most once.
    case newest(slot: Int, limit: Int)
}
