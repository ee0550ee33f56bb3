/// One side of a numbered conversation that outlives its connections.
///
/// What matters is numbered from 1, kept until acknowledged, sent again after a reconnect, and delivered once and in order;
/// what is only news passes beside it, unnumbered and never kept. It does no I/O and knows no time.
package struct Conversation<Payload: Sendable>: Sendable {
    /// What travels: a payload or a bare acknowledgement.
    package struct Frame: Sendable {
        /// nil: unnumbered, or a bare acknowledgement.
        package var number: UInt64?
        /// The sender has every numbered payload of the receiver's up to this one.
        package var acknowledged: UInt64
        package var payload: Payload?

        package init(number: UInt64?, acknowledged: UInt64, payload: Payload?) {
            self.number = number
            self.acknowledged = acknowledged
            self.payload = payload
        }
    }

    /// What the peer says cannot be true of this conversation.
    package enum Mismatch: Error, Hashable, Sendable, CustomStringConvertible {
        /// It has less than it once acknowledged: it is another process, or it was restarted.
        case peerForgot(has: UInt64, acknowledged: UInt64)
        /// It has, or acknowledges, more than was ever sent.
        case peerInvented(has: UInt64, sent: UInt64)
        /// It sent this far ahead of what it may.
        case tooFarAhead(number: UInt64, expected: UInt64)

        package var description: String {
            switch self {
            case .peerForgot(let has, let acknowledged):
                "the peer has messages up to \(has) but once acknowledged \(acknowledged): it was restarted"
            case .peerInvented(let has, let sent):
                "the peer acknowledges message \(has) but only \(sent) were sent"
            case .tooFarAhead(let number, let expected):
                "the peer sent message \(number) where \(expected) was expected"
            }
        }
    }

    /// Numbered payloads kept unacknowledged, and payloads held that came too early, at most.
    package static var defaultLimit: Int { 4096 }

    package let limit: Int
    /// The last numbered payload that was delivered here; what a hello tells the peer.
    package private(set) var lastReceived: UInt64 = 0
    /// The number of the last payload sent.
    package private(set) var lastSent: UInt64 = 0

    private var kept: [Payload] = []
    private var keptHead = 0
    private var early: [UInt64: Payload] = [:]

    package init(limit: Int = Conversation.defaultLimit) {
        precondition(limit >= 1, "a conversation keeps at least one message")
        self.limit = limit
    }

    /// The last payload of ours that the peer acknowledged.
    package var lastAcknowledged: UInt64 { lastSent - UInt64(unacknowledged) }

    /// Payloads sent and not yet acknowledged.
    package var unacknowledged: Int { kept.count - keptHead }

    /// Whether `send` may be called: fewer than `limit` payloads are unacknowledged.
    package var canSend: Bool { unacknowledged < limit }

    /// Numbers a payload and keeps it until it is acknowledged.
    package mutating func send(_ payload: Payload) -> Frame {
        precondition(canSend, "send() is only called where canSend is true")
        kept.append(payload)
        lastSent += 1
        return Frame(number: lastSent, acknowledged: lastReceived, payload: payload)
    }

    /// A frame for what is only news: unnumbered, not kept, lost with its connection.
    package func aside(_ payload: Payload) -> Frame {
        Frame(number: nil, acknowledged: lastReceived, payload: payload)
    }

    /// A frame that only acknowledges.
    package var acknowledgement: Frame { Frame(number: nil, acknowledged: lastReceived, payload: nil) }

    /// Takes in a frame; returns what is delivered by it, in order: nothing for a repeated one.
    package mutating func receive(_ frame: Frame) throws(Mismatch) -> [Payload] {
        try acknowledged(upTo: frame.acknowledged)
        guard let payload = frame.payload else { return [] }
        guard let number = frame.number else { return [payload] }
        guard number > lastReceived else { return [] }
        guard number - lastReceived <= UInt64(limit) else {
            throw .tooFarAhead(number: number, expected: lastReceived + 1)
        }
        guard number == lastReceived + 1 else {
            early[number] = payload
            return []
        }
        lastReceived = number
        var delivered = [payload]
        while let following = early.removeValue(forKey: lastReceived + 1) {
            lastReceived += 1
            delivered.append(following)
        }
        return delivered
    }

    /// Forgets what the peer acknowledges; a number from before changes nothing.
    package mutating func acknowledged(upTo number: UInt64) throws(Mismatch) {
        guard number <= lastSent else { throw .peerInvented(has: number, sent: lastSent) }
        guard number > lastAcknowledged else { return }
        keptHead += Int(number - lastAcknowledged)
        if keptHead * 2 >= kept.count {
            kept.removeFirst(keptHead)
            keptHead = 0
        }
    }

    /// The other end is in another process's hands, which knows nothing of this conversation: its numbers begin at 1 again, and so do ours, with
    /// what was never acknowledged. `resume` is to follow.
    package mutating func beginAnew() {
        kept.removeFirst(keptHead)
        keptHead = 0
        lastSent = UInt64(kept.count)
        lastReceived = 0
        early.removeAll()
    }

    /// After a reconnect: what has to be sent again, given the last payload that the peer says it has.
    ///
    /// What came too early on the old connection is dropped, since the peer sends it again.
    package mutating func resume(peerHas number: UInt64) throws(Mismatch) -> [Frame] {
        guard number >= lastAcknowledged else { throw .peerForgot(has: number, acknowledged: lastAcknowledged) }
        try acknowledged(upTo: number)
        early.removeAll()
        return kept[keptHead...].enumerated().map { index, payload in
            Frame(number: lastAcknowledged + UInt64(index) + 1, acknowledged: lastReceived, payload: payload)
        }
    }
}
