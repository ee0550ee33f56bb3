import Link
import Synchronization
import Vocabulary

/// The controller's end of the link to one agent.
package typealias ControllerLink = LinkEnd<Order, Report>
/// An agent's end of its link.
package typealias AgentLink = LinkEnd<Report, Order>

/// One end of a link, which outlives its connections.
///
/// `run(dialling:)`, `run(admittingAt:)` or a `Reception` moves the bytes; `send` and `next` may be called whether a connection
/// stands or not. It is a lock around a `LinkState`, not an actor, so that threads under load can post without waiting for a turn.
package final class LinkEnd<Sent: LinkMessage, Received: LinkMessage>: Sendable {
    struct Book: Sendable {
        var state: LinkState<Sent, Received>
        /// nil: that of the first peer who greets.
        var identity: LinkIdentity?
        /// The connection that stands or stood last; frames of older ones are not heard.
        var connection: UInt64 = 0
        var isClosed = false
    }

    let book: Mutex<Book>
    let build: String
    let rules: LinkRules
    /// There may be something for the other end.
    let outgoing = Bell()
    /// There may be something for the reader.
    let incoming = Bell()
    /// Something was acknowledged.
    let acknowledged = Bell()

    /// `identity` nil: an agent that somebody started by hand; it takes the run, the name and the token of the first controller
    /// that its doorway lets in, and keeps them.
    ///
    /// `controller`: which of the run's controllers this end is, `isKnown`: whether the agent talked with an earlier one; see `LinkState`.
    package init(
        _ identity: LinkIdentity?, build: String, rules: LinkRules = LinkRules(), controller: UInt64? = nil, isKnown: Bool = false
    ) {
        book = Mutex(Book(state: LinkState(controller: controller, isKnown: isKnown), identity: identity))
        self.build = build
        self.rules = rules
    }

    package var identity: LinkIdentity? { book.withLock { $0.identity } }

    /// When the last frame of any kind arrived, keep-alives included.
    package var lastHeard: Moment { book.withLock { $0.state.lastHeard } }

    /// Ends the link: connections are cut, `run` comes back, `next` gives what has arrived and then nil.
    /// What must have reached the other end is waited for with `flush` before.
    package func close() {
        book.withLock { $0.isClosed = true }
        for bell in [outgoing, incoming, acknowledged] { bell.ring() }
    }

    var isClosed: Bool { book.withLock { $0.isClosed } }

    /// Returns once the link is closed, or the task is cancelled.
    package func waitUntilClosed() async {
        while true {
            let rings = incoming.rings
            if isClosed || Task.isCancelled { return }
            await incoming.wait(after: rings)
        }
    }
}

// MARK: Sending

extension LinkEnd {
    /// Takes a message to be sent. One that matters waits while too much is unacknowledged (`LinkState.windowBytes`).
    ///
    /// Throws `closed` on a closed link or in a cancelled task, `messageTooLong` for what fits no frame.
    package func send(_ message: Sent) async throws(LinkError) {
        while true {
            let rings = acknowledged.rings
            if try post(message) { return }
            await acknowledged.wait(after: rings)
            if Task.isCancelled { throw .closed }
        }
    }

    /// The same without waiting, from any thread; false: there is no space now, and nothing was taken. News always has space.
    @discardableResult
    package func post(_ message: Sent) throws(LinkError) -> Bool {
        let bytes = try message.encoded()
        let retention = message.retention
        let isTaken = try book.withLock { (book) throws(LinkError) in
            guard !book.isClosed else { throw .closed }
            guard retention != .untilAcknowledged || book.state.hasSpace else { return false }
            book.state.send(bytes, retention)
            return true
        }
        if isTaken { outgoing.ring() }
        return isTaken
    }

    /// Waits until the other end has dealt with all messages that matter. Throws `closed` on a closed link or in a cancelled task.
    package func flush() async throws(LinkError) {
        while true {
            let rings = acknowledged.rings
            let (isDone, isClosed) = book.withLock { ($0.state.isAllAcknowledged, $0.isClosed) }
            if isDone { return }
            if isClosed || Task.isCancelled { throw .closed }
            await acknowledged.wait(after: rings)
        }
    }
}

// MARK: Receiving

extension LinkEnd {
    /// The next event; nil once the link is closed, or in a cancelled task. For one reader.
    ///
    /// Asking says that the event before it has been dealt with: only then is the other end told so.
    package func next() async -> LinkEvent<Received>? {
        while true {
            let rings = incoming.rings
            let (event, hasFrames, isClosed) = book.withLock { book in
                (book.state.next(), book.state.hasFrames, book.isClosed)
            }
            if hasFrames { outgoing.ring() }
            if let event { return event }
            if isClosed || Task.isCancelled { return nil }
            await incoming.wait(after: rings)
        }
    }

    /// `next` as a sequence.
    package var events: LinkEvents<Sent, Received> { LinkEvents(end: self) }
}

/// What one end of a link hears, until it is closed; for one reader.
package struct LinkEvents<Sent: LinkMessage, Received: LinkMessage>: AsyncSequence, Sendable {
    let end: LinkEnd<Sent, Received>

    package struct AsyncIterator: AsyncIteratorProtocol {
        let end: LinkEnd<Sent, Received>
        package mutating func next() async -> LinkEvent<Received>? { await end.next() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(end: end) }
}
