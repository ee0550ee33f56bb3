/// The name of one agent in a run: 1–64 characters of `A–Z a–z 0–9 . _ -`, not beginning with a dot or dash.
///
/// It stands in paths, unit names and container names, so nothing else is ever let in.
package struct AgentID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package let text: String

    /// nil where `text` is not a valid id.
    package init?(_ text: String) {
        guard isPlainName(text, maximumLength: 64) else { return nil }
        self.text = text
    }

    /// The id of the `number`th agent (from 1) of a playbook that gives none: `agent-1`, `agent-2`, …
    package init(number: Int) {
        precondition(number >= 1, "agents are numbered from 1")
        text = "agent-\(number)"
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = AgentID(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no agent id: \(text)"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    /// Natural order: `agent-2` before `agent-10`.
    package static func < (a: AgentID, b: AgentID) -> Bool { naturallyPrecedes(a.text, b.text) }
}

/// The name of one run, `YYYYMMDD-HHMMSS-<name>-<4 hex digits>`: 1–96 characters of `A–Z a–z 0–9 . _ -`, not beginning with a dot or dash.
package struct RunID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    /// nil where `text` is not a valid id.
    package init?(_ text: String) {
        guard isPlainName(text, maximumLength: 96) else { return nil }
        self.text = text
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = RunID(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no run id: \(text)"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }
}

/// The name or address of a host as a person wrote it, without user or port.
package struct HostName: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }

    package init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }
    package static func < (a: HostName, b: HostName) -> Bool { naturallyPrecedes(a.text, b.text) }
}

/// A stage's place in the order of a run, as the playbook numbers it: unique in a plan, not necessarily consecutive.
package struct StageOrder: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let number: Int
    package init(_ number: Int) { self.number = number }

    package init(from decoder: any Decoder) throws { number = try decoder.singleValueContainer().decode(Int.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    package var description: String { "\(number)" }
    package static func < (a: StageOrder, b: StageOrder) -> Bool { a.number < b.number }
}

/// Whether `text` can stand in a path, a unit name and a container name as it is.
package func isPlainName(_ text: String, maximumLength: Int) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, bytes.count <= maximumLength, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else {
        return false
    }
    return bytes.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }
}

/// Order in which a person would list names: runs of digits compare as numbers, the rest as bytes.
package func naturallyPrecedes(_ a: String, _ b: String) -> Bool {
    var left = Array(a.utf8)[...]
    var right = Array(b.utf8)[...]
    while let x = left.first, let y = right.first {
        if isDigit(x), isDigit(y) {
            let m = takeNumber(&left)
            let n = takeNumber(&right)
            if m.count != n.count { return m.count < n.count }
            if m != n { return m.lexicographicallyPrecedes(n) }
        } else {
            if x != y { return x < y }
            left.removeFirst()
            right.removeFirst()
        }
    }
    if left.isEmpty != right.isEmpty { return left.isEmpty }
    return a < b
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func takeNumber(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = bytes.prefix(while: isDigit)
    bytes = bytes.dropFirst(digits.count)
    let significant = digits.drop(while: { $0 == UInt8(ascii: "0") })
    return significant
}
