import Link
import Synchronization
import Vocabulary

/// Hears the greetings of those who come in at a doorway, and leads each to its link.
///
/// Who sends garbage, the wrong version, run, agent or token, or nothing, is told why where it can be, cut off, and reported once.
package final class Reception<Sent: LinkMessage, Received: LinkMessage>: Sendable {
    /// Somebody who was cut off before it had a link.
    package struct Refusal: Sendable {
        package let peer: String
        package let why: LinkError
    }

    private let rules: LinkRules
    private let onRefusal: @Sendable (Refusal) -> Void
    private let links = Mutex<[AgentID: LinkEnd<Sent, Received>]>([:])
    /// Takes whoever is nobody else's.
    private let only: LinkEnd<Sent, Received>?
    private let greeting = Mutex(0)

    /// For many links: see `expect`.
    package convenience init(rules: LinkRules = LinkRules(), onRefusal: @escaping @Sendable (Refusal) -> Void) {
        self.init(only: nil, rules: rules, onRefusal: onRefusal)
    }

    init(only: LinkEnd<Sent, Received>?, rules: LinkRules, onRefusal: @escaping @Sendable (Refusal) -> Void) {
        self.only = only
        self.rules = rules
        self.onRefusal = onRefusal
    }

    /// Leads the link's agent to it from now on. Its identity must be known.
    package func expect(_ link: LinkEnd<Sent, Received>) {
        guard let identity = link.identity else { preconditionFailure("a link that is expected knows whose it is") }
        links.withLock { $0[identity.agent] = link }
    }

    package func forget(_ agent: AgentID) { links.withLock { _ = $0.removeValue(forKey: agent) } }

    /// The token of an agent that is expected: the key of its TLS.
    package func key(_ identity: String) -> Secret? {
        AgentID(identity).flatMap { agent in links.withLock { $0[agent] } }?.identity?.token
    }

    /// Serves a doorway until cancelled.
    package func run(at doorway: some Doorway) async throws {
        try await doorway.admit { carrier in await self.serve(carrier) }
    }

    private func serve(_ carrier: any Carrier) async {
        let ending = Ending()
        var isIn = false
        var isGreeting = true
        func greeted() {
            if isGreeting { greeting.withLock { $0 -= 1 } }
            isGreeting = false
        }
        defer { greeted() }
        let isCrowded = greeting.withLock { count in
            count += 1
            return count > rules.greetingLimit
        }
        do {
            try await carrier.lend { stream in
                let connection = Connection(stream: stream, ending: ending)
                let led = await lead(connection, isCrowded: isCrowded)
                greeted()
                guard let (link, number) = led else { return }
                isIn = true
                await link.converse(number, over: connection)
            }
        } catch {
            ending.note(LinkError(from: error))
        }
        if !isIn, let why = refusal(of: carrier, ending) { onRefusal(Refusal(peer: carrier.peer, why: why)) }
    }

    /// What is reported of somebody who never had a link. Who came and went without a word is nothing to report, but at a door with
    /// keys the word may have been one that TLS did not understand.
    private func refusal(of carrier: any Carrier, _ ending: Ending) -> LinkError? {
        guard let why = ending.reason, why == .disconnected else { return ending.reason }
        return carrier.needsKey ? .keyRejected("it left before it had shown that it knows the key") : nil
    }

    /// Hears the greeting and answers it; nil: refused.
    private func lead(_ connection: Connection, isCrowded: Bool) async -> (LinkEnd<Sent, Received>, UInt64)? {
        do {
            if isCrowded { throw LinkError.crowded(limit: rules.greetingLimit) }
            return try await connection.within(rules.greetingDeadline) {
                guard case .hello(let peer) = try Packet(encoded: try await connection.read().bytes) else {
                    throw LinkError.unwelcome(.noHello)
                }
                let link = try find(peer)
                let begun = try link.begin(peer)
                do {
                    try await connection.write(.welcome(begun.greeting))
                } catch {
                    link.ended(begun.connection, LinkError(from: error))
                    throw error
                }
                return (link, begun.connection)
            }
        } catch {
            let why = connection.ending.reason ?? LinkError(from: error)
            connection.ending.note(why)
            if case .unwelcome(let reason) = why { try? await connection.write(.refusal("\(reason)")) }
            return nil
        }
    }

    private func find(_ peer: Greeting) throws(LinkError) -> LinkEnd<Sent, Received> {
        let found = only ?? AgentID(peer.agent).flatMap { agent in links.withLock { $0[agent] } }
        guard let found else { throw .unwelcome(.unknownAgent(peer.agent)) }
        if let unwelcome = found.judge(peer) { throw .unwelcome(unwelcome) }
        return found
    }
}

extension LinkEnd {
    /// Takes connections at a doorway of its own until the link is closed.
    package func run(
        admittingAt doorway: some Doorway, onRefusal: @escaping @Sendable (Reception<Sent, Received>.Refusal) -> Void
    ) async throws {
        let reception = Reception(only: self, rules: rules, onRefusal: onRefusal)
        try await untilClosed { try await reception.run(at: doorway) }
    }

    /// nil where the greeting comes from this link's other end. A link that is nobody's yet becomes the peer's.
    func judge(_ peer: Greeting) -> Unwelcome? {
        book.withLock { book in
            if book.identity == nil, peer.version == LinkProtocol.version { book.identity = LinkIdentity(claimedBy: peer) }
            guard let identity = book.identity else {
                return peer.version == LinkProtocol.version
                    ? .unknownAgent(peer.agent) : .version(theirs: peer.version, ours: LinkProtocol.version)
            }
            return identity.judge(peer)
        }
    }
}
