import Vocabulary

/// One end of a link as a value: what is to be sent, what has arrived, what has been taken.
///
/// A message that matters is acknowledged when it has been *dealt with*: when its reader asks for the one after it. So what
/// waits in the inbox is bounded by what the other end may have under way, and nobody has to stop reading to be safe.
package struct LinkState<Sent: LinkMessage, Received: LinkMessage>: Sendable {
    /// Bytes of numbered messages that may be unacknowledged before `hasSpace` turns false.
    package static var windowBytes: Int { 4 << 20 }
    /// Numbered messages that may be unacknowledged.
    package static var windowMessages: Int { 4096 }
    /// Ups and downs that nobody has taken yet; older ones are dropped.
    static var connectionEventLimit: Int { 8 }
    /// Acknowledge at least every so many messages, though more are waiting to be read.
    static var acknowledgeEvery: UInt64 { 16 }

    private var conversation = Conversation<[UInt8]>(limit: windowMessages)
    /// Sizes of what is unacknowledged, oldest first.
    private var sizes: [Int] = []
    private var unacknowledgedBytes = 0
    /// Numbered frames that this connection has not carried yet.
    private var pending = NewestQueue<Conversation<[UInt8]>.Frame>()
    private var news = NewestQueue<[UInt8]>()
    private var owesPing = false
    private var owesPong = false

    private var inbox = NewestQueue<Arrived>()
    /// The last numbered message that has been dealt with, and the one that is being dealt with now.
    private var taken: UInt64 = 0
    private var inHand: UInt64?
    private var acknowledgedTaken: UInt64 = 0
    /// Which controller of the run this end is, or follows; 0: none yet.
    package private(set) var controller: UInt64
    /// An agent that talked with an earlier controller is expected: one that follows none was started in its place.
    private let isKnown: Bool
    package private(set) var isConnected = false
    package private(set) var lastHeard: Moment = .zero

    private struct Arrived {
        var event: LinkEvent<Received>
        var number: UInt64?
    }

    /// `controller`: which one this end is; nil: the run's first, or an agent's end, which follows the highest that it has heard of.
    /// `isKnown`: the agent has said something to a controller before this one.
    package init(controller: UInt64? = nil, isKnown: Bool = false) {
        self.controller = controller ?? (Self.leads ? 1 : 0)
        self.isKnown = isKnown
    }

    /// Whether this is the controller's end.
    private static var leads: Bool { Sent.self == Order.self }

    /// What a greeting says.
    package var lastReceived: UInt64 { taken }
    package var hasSpace: Bool { conversation.canSend && unacknowledgedBytes < Self.windowBytes }
    package var isAllAcknowledged: Bool { conversation.unacknowledged == 0 }
}

// MARK: Sending

extension LinkState {
    /// Takes an encoded message to be sent; a numbered one only where `hasSpace`.
    package mutating func send(_ message: [UInt8], _ retention: Retention) {
        switch retention {
        case .newest: news.append(message, retention)
        case .untilAcknowledged:
            let frame = conversation.send(message)
            sizes.append(message.count)
            unacknowledgedBytes += message.count
            if isConnected { pending.append(frame, retention) }
        }
    }

    package mutating func ping() { owesPing = true }

    /// Frames for the stream, at most about `byteLimit` bytes of them; empty: nothing to send.
    package mutating func takeFrames(byteLimit: Int) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var size = 0
        func add(_ packet: Packet) {
            let frame = packet.encoded()
            size += frame.count
            frames.append(frame)
        }
        if owesPing { add(.ping) }
        if owesPong { add(.pong) }
        owesPing = false
        owesPong = false
        while let payload = news.popFirst() {
            add(.message(number: nil, acknowledged: taken, payload: payload))
            acknowledgedTaken = taken
        }
        while size < byteLimit, let frame = pending.popFirst() {
            add(.message(number: frame.number, acknowledged: taken, payload: frame.payload))
            acknowledgedTaken = taken
        }
        if owesAcknowledgement {
            add(.message(number: nil, acknowledged: taken, payload: nil))
            acknowledgedTaken = taken
        }
        return frames
    }

    private var owesAcknowledgement: Bool {
        taken > acknowledgedTaken && (inbox.isEmpty || taken - acknowledgedTaken >= Self.acknowledgeEvery)
    }
}

// MARK: Receiving

extension LinkState {
    /// A connection stands, and the peer has greeted.
    package mutating func connected(_ peer: Greeting, at now: Moment) throws(LinkError) {
        guard Self.leads ? peer.controller <= controller : peer.controller >= controller else {
            throw .unwelcome(.superseded(by: max(peer.controller, controller)))
        }
        guard !isKnown || peer.controller > 0 else {
            throw .unwelcome(.mismatch("it is another process than the one that took part before"))
        }
        // What an agent has of another controller's orders says nothing of ours.
        let peerHas = peer.controller == controller || !Self.leads ? peer.lastReceived : 0
        if peer.controller > controller { follow(peer.controller) }
        do {
            pending.removeAll()
            for frame in try conversation.resume(peerHas: peerHas) { pending.append(frame, .untilAcknowledged) }
        } catch {
            throw .unwelcome(.mismatch("\(error)"))
        }
        forgetAcknowledged()
        acknowledgedTaken = taken
        isConnected = true
        lastHeard = now
        report(.up(peer))
    }

    /// Another controller has taken over: what it has not heard is said to it, what the one before ordered and nobody has looked at is void.
    private mutating func follow(_ number: UInt64) {
        controller = number
        conversation.beginAnew()
        inbox.removeAll { $0.number != nil }
        taken = 0
        inHand = nil
        acknowledgedTaken = 0
    }

    package mutating func disconnected(_ why: LinkError) {
        guard isConnected else { return }
        isConnected = false
        pending.removeAll()
        owesPing = false
        owesPong = false
        report(.down(why))
    }

    /// Takes in a frame of the connection that stands.
    package mutating func arrived(_ frame: [UInt8], at now: Moment) throws(LinkError) {
        lastHeard = now
        switch try Packet(encoded: frame) {
        case .ping: owesPong = true
        case .pong: break
        case .message(let number, let acknowledged, let payload):
            try arrived(.init(number: number, acknowledged: acknowledged, payload: payload), at: now)
        case .hello, .welcome, .refusal: throw .garbage("a second greeting")
        }
    }

    /// The next event for the reader, who has dealt with the one before it; nil: none has arrived.
    package mutating func next() -> LinkEvent<Received>? {
        if let inHand { taken = inHand }
        inHand = nil
        guard let arrived = inbox.popFirst() else { return nil }
        inHand = arrived.number
        return arrived.event
    }

    /// Whether there is something for `takeFrames`.
    package var hasFrames: Bool { owesPing || owesPong || !news.isEmpty || !pending.isEmpty || owesAcknowledgement }

    private mutating func arrived(_ frame: Conversation<[UInt8]>.Frame, at now: Moment) throws(LinkError) {
        // Decoded before it is counted: what was counted is not sent again.
        let message = try frame.payload.map { (bytes) throws(LinkError) in try Received(encoded: bytes) }
        if let number = frame.number, number > conversation.lastReceived + 1 {
            throw .garbage("message \(number) where \(conversation.lastReceived + 1) was due")
        }
        let isDelivered: Bool
        do {
            isDelivered = try !conversation.receive(frame).isEmpty
        } catch {
            throw .garbage("\(error)")
        }
        forgetAcknowledged()
        guard let message, isDelivered else { return }
        guard (message.retention == .untilAcknowledged) == (frame.number != nil) else {
            throw .garbage(frame.number == nil ? "a message that matters without a number" : "news with a number")
        }
        inbox.append(Arrived(event: .received(message, at: now), number: frame.number), message.retention)
    }

    private mutating func report(_ event: LinkEvent<Received>) {
        inbox.append(Arrived(event: event, number: nil), .newest(slot: -1, limit: Self.connectionEventLimit))
    }

    private mutating func forgetAcknowledged() {
        let gone = sizes.count - conversation.unacknowledged
        guard gone > 0 else { return }
        unacknowledgedBytes -= sizes.prefix(gone).reduce(0, +)
        sizes.removeFirst(gone)
    }
}
