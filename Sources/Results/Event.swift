import FoundationEssentials
import Vocabulary

/// One line of `events.jsonl`: `v`, `seq`, `utc`, `mono_ns` (since the run began), `kind`, and where they apply `host`, `agent`,
/// `stage` and `data`, a small object.
package struct Event: Sendable, Equatable {
    /// Of the format; a reader refuses any other.
    package static let version = 2

    /// From 1, without gaps.
    package var sequence: Int
    /// A label, never used to measure.
    package var utc: String
    package var elapsed: Duration
    package var kind: EventKind

    package init(sequence: Int, utc: String, elapsed: Duration, kind: EventKind) {
        self.sequence = sequence
        self.utc = utc
        self.elapsed = elapsed
        self.kind = kind
    }

    /// The line, with its newline at the end and none inside.
    package func line() throws -> [UInt8] {
        if let line = quickLine { return line }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// The same for what is told of every agent at the moment at which all wait for their orders. Nothing in it has to be escaped.
    private var quickLine: [UInt8]? {
        let data: String
        switch kind {
        case .agentOrdered(_, _, let epoch, let together): data = "{\"epoch\":\(epoch),\"together\":\(together)}"
        case .stageBegan(_, _, let epoch): data = "{\"epoch\":\(epoch)}"
        default: return nil
        }
        guard let agent = kind.agent, let stage = kind.stage else { return nil }
        var line = "{\"agent\":\"\(agent)\",\"data\":\(data),\"kind\":\"\(kind.name)\",\"mono_ns\":\(elapsed.wholeNanoseconds)"
        line += ",\"seq\":\(sequence),\"stage\":\(stage.number),\"utc\":\"\(utc)\",\"v\":\(Self.version)}\n"
        return Array(line.utf8)
    }

    /// Reads a line, with or without its newline.
    package init(line: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(Event.self, from: Data(line))
    }
}

extension Event: Codable {
    enum CodingKeys: String, CodingKey {
        case version = "v"
        case sequence = "seq"
        case utc
        case elapsed = "mono_ns"
        case kind, host, agent, stage, data
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let version = try container.decode(Int.self, forKey: .version)
        guard version == Self.version else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: container,
                debugDescription: "version \(version) of the event log is \(version > Self.version ? "newer" : "older") than this program")
        }
        sequence = try container.decode(Int.self, forKey: .sequence)
        utc = try container.decode(String.self, forKey: .utc)
        elapsed = .nanoseconds(try container.decode(Int64.self, forKey: .elapsed))
        kind = try EventKindReader(container).kind(named: try container.decode(String.self, forKey: .kind))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.version, forKey: .version)
        try container.encode(sequence, forKey: .sequence)
        try container.encode(utc, forKey: .utc)
        try container.encode(elapsed.wholeNanoseconds, forKey: .elapsed)
        try container.encode(kind.name, forKey: .kind)
        try container.encodeIfPresent(kind.host, forKey: .host)
        try container.encodeIfPresent(kind.agent, forKey: .agent)
        try container.encodeIfPresent(kind.stage, forKey: .stage)
        if let payload = kind.payload { try container.encode(payload, forKey: .data) }
    }
}

extension Event {
    /// What stands under `data`, as text on one line; empty where there is nothing.
    package var details: String {
        guard let payload = kind.payload else { return "" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(payload)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
