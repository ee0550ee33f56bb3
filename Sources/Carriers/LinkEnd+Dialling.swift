import Link
import Synchronization
import Vocabulary

extension LinkEnd {
    /// Dials, greets and moves bytes, again and again, until the link is closed.
    ///
    /// Throws where going on is of no use: the peer refuses us or we refuse it, the keys differ and there was never a
    /// connection, or there was none for `rules.giveUpAfter`. The link is closed then.
    ///
    /// - Parameter onFailure: told what keeps it from a connection, each time that it is something else than before.
    package func run(
        dialling dialer: some Dialer, onFailure: @escaping @Sendable (LinkError) -> Void = { _ in }
    ) async throws {
        try await untilClosed {
            var backoff = Backoff(self.rules)
            var lastUp = SystemClock.now
            var wasUp = false
            var told: LinkError?
            while true {
                let (why, isUp) = await self.connect(dialer)
                try Task.checkCancellation()
                if isUp {
                    wasUp = true
                    lastUp = SystemClock.now
                    backoff.reset()
                }
                if self.isFinal(why, wasUp: wasUp) { throw why }
                if isUp {
                    told = nil
                } else if SystemClock.now - lastUp >= self.rules.tellFailureAfter, why != told {
                    told = why
                    onFailure(why)
                }
                if let limit = self.rules.giveUpAfter, SystemClock.now - lastUp >= limit { throw why }
                try await Task.sleep(for: backoff.next())
            }
        }
    }

    private func isFinal(_ why: LinkError, wasUp: Bool) -> Bool {
        switch why {
        case .refused, .unwelcome: true
        case .keyRejected: !wasUp
        default: false
        }
    }

    /// One connection from beginning to end: why it ended, and whether it had come to stand.
    private func connect(_ dialer: some Dialer) async -> (LinkError, isUp: Bool) {
        let ending = Ending()
        var isUp = false
        do {
            let carrier = try await dialer.dial()
            try await carrier.lend { stream in
                let connection = Connection(stream: stream, ending: ending)
                do {
                    let number = try await greet(connection)
                    isUp = true
                    await converse(number, over: connection)
                } catch {
                    ending.note(LinkError(from: error))
                }
            }
        } catch {
            // With a socket that could not be had, the words of whoever tried say more than `disconnected`.
            let why = LinkError(from: error)
            ending.note(why == .disconnected ? .unreachable("\(error)") : why)
        }
        return (ending.reason ?? .disconnected, isUp)
    }

    private func greet(_ connection: Connection) async throws -> UInt64 {
        let ours = book.withLock { book in
            book.identity?.greeting(build: build, lastReceived: book.state.lastReceived, controller: book.state.controller)
        }
        guard let ours, let identity else { preconditionFailure("only a link that knows whose it is can dial") }
        return try await connection.within(rules.greetingDeadline) {
            try await connection.write(.hello(ours))
            switch try Packet(encoded: try await connection.read().bytes) {
            case .welcome(let peer):
                if let unwelcome = identity.judge(peer) { throw LinkError.unwelcome(unwelcome) }
                return try begin(peer).connection
            case .refusal(let reason): throw LinkError.refused(reason)
            case .hello, .message, .ping, .pong: throw LinkError.garbage("no answer to a greeting")
            }
        }
    }

    /// Runs `body` until it throws or the link is closed; the link is closed afterwards.
    func untilClosed(_ body: @escaping @Sendable () async throws -> Void) async throws {
        defer { close() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask { await self.waitUntilClosed() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
