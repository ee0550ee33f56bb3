import Foundation
import Vocabulary
import Yams

/// As much of JSON Schema (draft 7) as the playbooks' schema uses; what it does not know is an error.
struct Schema {
    let root: JSON

    /// Where and why `node` is not what the schema describes.
    func problems(of node: Node) -> [String] { problems(of: node, by: root, at: "") }

    private func problems(of node: Node, by schema: JSON, at path: String) -> [String] {
        guard case .members(let members) = schema else { return [] }
        return members.flatMap { member -> [String] in
            switch (member.name, member.value) {
            case ("$schema", _), ("title", _), ("description", _), ("examples", _), ("deprecated", _), ("definitions", _),
                ("properties", _), ("patternProperties", _):
                []
            case ("$ref", .string(let name)):
                problems(of: node, by: root["definitions"]?[name.replacingOccurrences(of: "#/definitions/", with: "")] ?? .null, at: path)
            case ("type", .string(let type)): isOf([.string(type)], node) ? [] : ["\(path): no \(type)"]
            case ("type", .array(let types)): isOf(types, node) ? [] : ["\(path): none of \(types)"]
            case ("enum", .array(let words)): words.contains { $0 == .string(node.string ?? "") } ? [] : ["\(path): no such word"]
            case ("anyOf", .array(let schemas)): anyOf(schemas, node, path)
            case ("pattern", .string(let pattern)): fits(node, pattern) ? [] : ["\(path): does not fit \(pattern)"]
            case ("minimum", let least): number(node) >= number(least) ? [] : ["\(path): below \(least)"]
            case ("maximum", let most): number(node) <= number(most) ? [] : ["\(path): above \(most)"]
            case ("exclusiveMinimum", let least): number(node) > number(least) ? [] : ["\(path): not above \(least)"]
            case ("items", let item):
                (node.sequence.map(Array.init) ?? []).enumerated().flatMap { problems(of: $1, by: item, at: "\(path)[\($0)]") }
            case ("required", .array(let names)):
                names.filter { name in node.mapping?.contains { .string($0.key.string ?? "") == name } != true }.map {
                    "\(path): lacks \($0)"
                }
            case ("additionalProperties", let other): properties(of: node, schema, other, path)
            default: ["\(path): \(member.name) is not known"]
            }
        }
    }

    private func anyOf(_ schemas: [JSON], _ node: Node, _ path: String) -> [String] {
        let found = schemas.map { problems(of: node, by: $0, at: path) }
        return found.contains([]) ? [] : found.min { $0.count < $1.count && !$0.isEmpty } ?? []
    }

    private func properties(of node: Node, _ schema: JSON, _ other: JSON, _ path: String) -> [String] {
        guard let pairs = node.mapping else { return [] }
        return pairs.flatMap { pair -> [String] in
            let name = pair.key.string ?? ""
            let below = path.isEmpty ? name : "\(path).\(name)"
            if let known = schema["properties"]?[name] { return problems(of: pair.value, by: known, at: below) }
            if name.hasPrefix("x-"), schema["patternProperties"]?["^x-"] != nil { return [] }
            return other == .bool(false) ? ["\(below): no such key"] : problems(of: pair.value, by: other, at: below)
        }
    }

    private func isOf(_ types: [JSON], _ node: Node) -> Bool {
        types.contains { type in
            switch type {
            case "object": node.mapping != nil
            case "array": node.sequence != nil
            case "null": node.null != nil
            case "boolean": node.bool != nil
            case "integer": node.int != nil
            case "number": node.float != nil && node.bool == nil
            // What YAML takes for something else is no string for a schema.
            case "string": node.scalar != nil && node.int == nil && node.float == nil && node.bool == nil && node.null == nil
            default: false
            }
        }
    }

    private func fits(_ node: Node, _ pattern: String) -> Bool {
        guard let text = node.string else { return false }
        return text.range(of: pattern, options: .regularExpression) != nil
    }

    private func number(_ node: Node) -> Double { node.float ?? .nan }

    private func number(_ json: JSON) -> Double {
        switch json {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: .nan
        }
    }
}
