import Link
import Vocabulary

/// A connected stream of frames, over which nobody has greeted yet.
///
/// Whoever is handed one must lend it, if only to close it.
package protocol Carrier: Sendable {
    /// Where the other end is, for logs.
    var peer: String { get }
    /// Whether the other end has to know a key before a frame comes through.
    var needsKey: Bool { get }
    /// Lends the stream to `body`, once, and closes it when that is over.
    func lend(_ body: (CarrierStream) async throws -> Void) async throws
}

/// A carrier while it is lent.
package struct CarrierStream {
    /// The next frame; nil at the end. Asked by one task, the one to which the stream was lent.
    let read: () async throws -> ReceivedFrame?
    /// Sends frames; waits while the other end does not take them.
    let write: @Sendable ([[UInt8]]) async throws -> Void
    /// Ends the stream at once, from any task: `read` comes back with nil or an error.
    let abort: @Sendable () -> Void
}

struct ReceivedFrame: Sendable {
    var bytes: [UInt8]
    /// When its last byte came off the stream.
    var at: Moment
}

/// Whoever can make a connection to the other end.
package protocol Dialer: Sendable {
    func dial() async throws -> any Carrier
}

/// A place at which connections come in.
package protocol Doorway: Sendable {
    /// Serves every connection, all at once, until cancelled; one call a doorway.
    func admit(_ serve: @escaping @Sendable (any Carrier) async -> Void) async throws
}
