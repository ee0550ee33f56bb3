/// A JSON value whose members keep the order in which they were written.
package indirect enum JSON: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    case null
    case bool(Bool)
    case integer(Int64)
    /// Not finite is written as null.
    case number(Double)
    case string(String)
    case array([JSON])
    case members([Member])

    /// An object; members that are nil are left out.
    package static func object(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        .members(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    package static func integer(_ value: Int) -> JSON { .integer(Int64(value)) }

    package static func strings(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }

    /// The value of a member; nil where this is no object or has none of that name.
    package subscript(name: String) -> JSON? {
        guard case .members(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// As text, two blanks a level; lists of plain values in one line.
    package var text: String {
        var text = ""
        write(to: &text, indent: "")
        return text
    }

    private func write(to text: inout String, indent: String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += "\(value)"
        case .number(let value): text += Self.plain(value)
        case .string(let value): Self.write(value, to: &text)
        case .array(let items) where items.allSatisfy(\.isPlain):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += ", " }
                item.write(to: &text, indent: indent)
            }
            text += "]"
        case .array(let items):
            let inner = indent + "  "
            for (index, item) in items.enumerated() {
                text += (index == 0 ? "[\n" : ",\n") + inner
                item.write(to: &text, indent: inner)
            }
            text += "\n\(indent)]"
        case .members(let members):
            let inner = indent + "  "
            for (index, member) in members.enumerated() {
                text += (index == 0 ? "{\n" : ",\n") + inner
                Self.write(member.name, to: &text)
                text += ": "
                member.value.write(to: &text, indent: inner)
            }
            text += members.isEmpty ? "{}" : "\n\(indent)}"
        }
    }

    private var isPlain: Bool {
        switch self {
        case .array, .members: false
        default: true
        }
    }

    private static func plain(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        return value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func write(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) { self = .members(elements.map { Member($0, $1) }) }
}
