import Vocabulary

/// What one end of a link hears.
package enum LinkEvent<Received: LinkMessage>: Sendable {
    /// A connection stands; with what the other end said of itself.
    case up(Greeting)
    /// The connection is gone, and why; what matters is kept and sent again.
    case down(LinkError)
    /// `at` is this process's clock when the bytes came off the stream, before any queue.
    case received(Received, at: Moment)
}
