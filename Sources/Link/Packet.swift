import FoundationEssentials
import SwiftProtobuf
import Vocabulary

/// What one frame holds.
package enum Packet: Sendable, Equatable {
    case hello(Greeting)
    case welcome(Greeting)
    /// With the reason, for the other end's log.
    case refusal(String)
    /// What a `Conversation` sends: numbered from 1 or news, or a bare acknowledgement.
    case message(number: UInt64?, acknowledged: UInt64, payload: [UInt8]?)
    /// The link's own keep-alive, answered by `pong`.
    case ping
    case pong

    /// Longest encoded message: what a frame holds beside it is a few bytes.
    package static let messageLimit = Framing.byteLimit - 64
    /// Longest text in a greeting or refusal that is looked at.
    private static let textLimit = 1024

    package func encoded() -> [UInt8] {
        let bytes: [UInt8]? = try? wire.serializedBytes()
        // Only a missing required field can fail, and proto3 has none.
        precondition(bytes != nil, "a packet can always be encoded")
        return bytes ?? []
    }

    package init(encoded bytes: [UInt8]) throws(LinkError) {
        let content = try decodeWire(WirePacket.self, bytes, "no packet").content
        switch content {
        case .hello(let hello): self = .hello(try Self.greeting(hello))
        case .welcome(let welcome): self = .welcome(try Self.greeting(welcome))
        case .refusal(let refusal): self = .refusal(String(refusal.reason.prefix(Self.textLimit)))
        case .message(let message): self = try Self.message(message)
        case .ping: self = .ping
        case .pong: self = .pong
        case nil: throw .garbage("an empty packet")
        }
    }

    private var wire: WirePacket {
        var wire = WirePacket()
        switch self {
        case .hello(let greeting): wire.hello = Self.wire(greeting)
        case .welcome(let greeting): wire.welcome = Self.wire(greeting)
        case .refusal(let reason): wire.refusal = .with { $0.reason = reason }
        case .message(let number, let acknowledged, let payload):
            wire.message = .with {
                if let number { $0.number = number }
                $0.acknowledged = acknowledged
                if let payload { $0.payload = Data(payload) }
            }
        case .ping: wire.ping = WireKeepAlive()
        case .pong: wire.pong = WireKeepAlive()
        }
        return wire
    }

    private static func message(_ wire: WireMessage) throws(LinkError) -> Packet {
        guard !wire.hasNumber || (wire.number > 0 && wire.hasPayload) else { throw .garbage("a number that numbers nothing") }
        return .message(
            number: wire.hasNumber ? wire.number : nil, acknowledged: wire.acknowledged,
            payload: wire.hasPayload ? Array(wire.payload) : nil)
    }

    private static func wire(_ greeting: Greeting) -> WireHello {
        .with {
            $0.version = greeting.version
            $0.build = greeting.build
            $0.run = greeting.run
            $0.agent = greeting.agent
            $0.token = greeting.token.revealed
            $0.lastReceived = greeting.lastReceived
            $0.controller = greeting.controller
        }
    }

    private static func greeting(_ wire: WireHello) throws(LinkError) -> Greeting {
        for text in [wire.build, wire.run, wire.agent, wire.token] where text.utf8.count > textLimit {
            throw .garbage("a greeting with a text of \(text.utf8.count) bytes")
        }
        return Greeting(
            version: wire.version, build: wire.build, run: wire.run, agent: wire.agent, token: Secret(wire.token),
            lastReceived: wire.lastReceived, controller: wire.controller)
    }
}

/// A protobuf message from bytes of whatever origin.
func decodeWire<M: Message>(_ type: M.Type, _ bytes: [UInt8], _ what: String) throws(LinkError) -> M {
    do {
        return try M(serializedBytes: bytes)
    } catch {
        throw .garbage(what)
    }
}

/// The bytes of a message of ours, if they fit into a frame.
func encodeWire(_ message: some Message) throws(LinkError) -> [UInt8] {
    let bytes: [UInt8]? = try? message.serializedBytes()
    guard let bytes else { throw .messageTooLong(bytes: Int(Int32.max)) }
    guard bytes.count <= Packet.messageLimit else { throw .messageTooLong(bytes: bytes.count) }
    return bytes
}
