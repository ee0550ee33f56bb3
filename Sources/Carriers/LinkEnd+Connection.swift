import Link
import Synchronization
import Vocabulary

/// How one connection of a link goes, once both ends have greeted.
extension LinkEnd {
    /// Bytes that are handed to the stream at once.
    private static var batchBytes: Int { 256 << 10 }

    /// The peer has greeted and is who it should be: this connection is the link's from now on, and an older one ends.
    /// Gives the connection's number and what our greeting has to say.
    func begin(_ peer: Greeting) throws(LinkError) -> (connection: UInt64, greeting: Greeting) {
        let begun = try book.withLock { (book) throws(LinkError) in
            guard !book.isClosed, let identity = book.identity else { throw .unwelcome(.closed) }
            // Judged on a copy: a peer that is turned away leaves the connection that stands as it is.
            var state = book.state
            state.disconnected(.replaced)
            try state.connected(peer, at: SystemClock.now)
            book.state = state
            book.connection += 1
            return (
                book.connection, identity.greeting(build: build, lastReceived: book.state.lastReceived, controller: book.state.controller)
            )
        }
        for bell in [outgoing, incoming, acknowledged] { bell.ring() }
        return begun
    }

    /// Moves frames until the connection ends. The reading is done by the calling task, to which the stream was lent.
    func converse(_ number: UInt64, over connection: Connection) async {
        let end = connection.end
        let write = connection.stream.write
        await withTaskGroup(of: Void.self) { group in
            group.addTask { end(await self.writeFrames(number, write)) }
            group.addTask { end(await self.watch(number)) }
            connection.ending.note(await self.readFrames(number, connection))
            group.cancelAll()
        }
        ended(number, connection.ending.reason ?? .disconnected)
    }

    /// A connection is gone; a newer one may stand already.
    func ended(_ number: UInt64, _ why: LinkError) {
        book.withLock { book in
            if book.connection == number { book.state.disconnected(book.isClosed ? .closed : why) }
        }
        incoming.ring()
    }

    private func readFrames(_ number: UInt64, _ connection: Connection) async -> LinkError {
        do {
            while true {
                let frame = try await connection.read()
                let hasFrames = try book.withLock { (book) throws(LinkError) in
                    try check(number, book)
                    try book.state.arrived(frame.bytes, at: frame.at)
                    return book.state.hasFrames
                }
                incoming.ring()
                acknowledged.ring()
                if hasFrames { outgoing.ring() }
            }
        } catch {
            return LinkError(from: error)
        }
    }

    private func writeFrames(_ number: UInt64, _ write: @Sendable ([[UInt8]]) async throws -> Void) async -> LinkError {
        do {
            while !Task.isCancelled {
                let rings = outgoing.rings
                let frames = try book.withLock { (book) throws(LinkError) in
                    try check(number, book)
                    return book.state.takeFrames(byteLimit: Self.batchBytes)
                }
                if frames.isEmpty {
                    await outgoing.wait(after: rings)
                } else {
                    try await write(frames)
                }
            }
            return .disconnected
        } catch {
            return LinkError(from: error)
        }
    }

    /// Pings a silent peer, and gives up on one that does not answer. Where this process stood still itself, what came meanwhile may not have
    /// been read yet: the peer's silence counts from then on.
    private func watch(_ number: UInt64) async -> LinkError {
        let longest = rules.keepAliveInterval + rules.keepAliveTimeout
        var due = SystemClock.now
        var woken = Moment.zero
        do {
            while true {
                let now = SystemClock.now
                if now - due >= max(rules.keepAliveTimeout / 4, .milliseconds(250)) { woken = now }
                let silence = try book.withLock { (book) throws(LinkError) in
                    try check(number, book)
                    let silence = now - max(book.state.lastHeard, woken)
                    if silence >= rules.keepAliveInterval { book.state.ping() }
                    return silence
                }
                if silence >= longest { return .silent(silence) }
                if silence >= rules.keepAliveInterval { outgoing.ring() }
                // Asked again each interval, so that an answer that came is followed by the next question in time.
                let next =
                    silence >= rules.keepAliveInterval ? min(rules.keepAliveInterval, longest - silence) : rules.keepAliveInterval - silence
                due = now + max(next, .milliseconds(1))
                try await Task.sleep(for: due - now)
            }
        } catch {
            return LinkError(from: error)
        }
    }

    private func check(_ number: UInt64, _ book: borrowing Book) throws(LinkError) {
        if book.isClosed { throw .closed }
        if book.connection != number { throw .replaced }
    }
}
