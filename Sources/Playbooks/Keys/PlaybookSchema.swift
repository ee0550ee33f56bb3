import Vocabulary

/// The format as a JSON Schema (draft 7, which editors know), made of the reader's tables: for completion and help while one writes.
///
/// What only makes sense together (a size for PUT, orders, completions) is the reader's to check, not the schema's.
package enum PlaybookSchema {
    package static let json: JSON = {
        var maker = SchemaMaker()
        let root = maker.map(.playbook)
        return .members(
            [
                JSON.Member("$schema", "http://json-schema.org/draft-07/schema#"), JSON.Member("title", "A playbook of muster"),
            ] + root + [JSON.Member("definitions", .members(maker.definitions))])
    }()
}

/// Writes tables as maps, each once.
private struct SchemaMaker {
    private(set) var definitions: [JSON.Member] = []
    private var names: [(table: KeyTable, name: String)] = []

    mutating func map(_ table: KeyTable, at path: String = "") -> [JSON.Member] {
        var properties: [JSON.Member] = []
        for key in table.keys {
            properties.append(JSON.Member(key.name, describe(key, at: path.isEmpty ? key.name : "\(path).\(key.name)")))
        }
        var members: [JSON.Member] = [JSON.Member("type", "object"), JSON.Member("properties", .members(properties))]
        if table === KeyTable.playbook { members.append(JSON.Member("patternProperties", ["^x-": .object([:])])) }
        members.append(JSON.Member("additionalProperties", false))
        if !table.required.isEmpty { members.append(JSON.Member("required", .strings(table.required))) }
        return members
    }

    private mutating func describe(_ key: Key, at path: String) -> JSON {
        var members = [JSON.Member("description", .string(key.words))]
        if case .stale = key.effect {
            members.append(JSON.Member("deprecated", true))
        } else {
            members.append(JSON.Member("examples", .array([.string(key.example)])))
        }
        // A key with nothing behind it is as good as left out.
        let alternatives = values(key.kind, at: path)
        if !alternatives.isEmpty { members.append(JSON.Member("anyOf", .array(alternatives + [["type": "null"]]))) }
        return .members(members)
    }

    private mutating func values(_ kind: Kind, at path: String) -> [JSON] {
        switch kind {
        case .text: return [["type": ["string", "number", "boolean"]]]
        case .boolean: return [["type": "boolean"], .pattern("true|false|True|False|TRUE|FALSE")]
        case .integer(let range):
            return [
                .object([
                    "type": "integer", "minimum": .integer(range.lowerBound),
                    "maximum": range.upperBound == .max ? nil : .integer(range.upperBound),
                ]), .pattern("[0-9][0-9,_ ]*"),
            ]
        case .number(let range):
            let most = range.upperBound > 1e11 ? nil : JSON.number(range.upperBound)
            return [.object(["type": "number", "minimum": .number(range.lowerBound), "maximum": most]), .pattern("[0-9][0-9,_ .eE+-]*")]
        case .duration(let least): return [["type": "number", "minimum": .number(least.inSeconds)], .pattern(Self.duration)]
        case .positiveDuration: return [["type": "number", "exclusiveMinimum": 0], .pattern(Self.duration)]
        case .size(let least): return [["type": "integer", "minimum": .integer(least)], .pattern(Self.size)]
        case .words(let words): return [["enum": .strings(words)], .pattern(nil)]
        case .sizes: return values(.size(), at: path) + [reference(to: .sizes, named: "size_spec")]
        case .texts: return [["type": "object", "additionalProperties": ["type": ["string", "number", "boolean", "null"]]]]
        case .list(let element): return [["type": "array", "items": ["anyOf": .array(values(element, at: path + "[]"))]]]
        case .section(let table): return [reference(to: table, named: table === KeyTable.barrier ? "barrier" : path)]
        case .either(let kinds): return kinds.flatMap { values($0, at: path) }
        case .anything: return []
        }
    }

    private static let duration = "[0-9][0-9,_.]*( *[A-Za-z]+( *[0-9][0-9,_.]* *[A-Za-z]+)*)?"
    private static let size = "[0-9][0-9,_ .]*( *([KMGTPkmgtp][Ii]?)?[Bb])?"

    private mutating func reference(to table: KeyTable, named name: String) -> JSON {
        if let known = names.first(where: { $0.table === table }) { return ["$ref": .string("#/definitions/\(known.name)")] }
        names.append((table, name))
        let members = map(table, at: name)
        definitions.append(JSON.Member(name, .members(members)))
        return ["$ref": .string("#/definitions/\(name)")]
    }
}

extension JSON {
    /// A text of this form, or one with a variable in it.
    fileprivate static func pattern(_ form: String?) -> JSON {
        let variable = "\\$\\{"
        return ["type": "string", "pattern": .string(form.map { "^(\($0))$|\(variable)" } ?? variable)]
    }
}

extension Key {
    /// Meaning, default and effect for a person.
    fileprivate var words: String {
        var words = meaning
        switch effect {
        case .carriedOut, .none: break
        case .later(let accepted): words += ". Carried out now: \(accepted)"
        case .stale(let advice): words += ": \(advice)"
        }
        if !standard.isEmpty { words += ". Default: \(standard)" }
        return words.replacing("`", with: "")
    }
}
