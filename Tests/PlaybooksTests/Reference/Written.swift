import Foundation
import Testing
import Yams

/// One value of an example as it is written, read without the reader under test.
struct Written: Sendable, CustomTestStringConvertible {
    /// `distributed.agents[].id`; `…env.*` for keys of a person's own choice.
    var key: String
    /// Numbers of the list entries on the way.
    var indices: [Int]
    /// The scalar's text; `[]` for an empty list, `null` for nothing.
    var text: String
    /// The last key itself, where `key` has `*`.
    var name: String
    var testDescription: String { "\(key) \(indices): \(text)" }

    private static let free: Set = ["distributed.distributed_env", "distributed.agents[].env"]

    /// Every value of a playbook, in its order; none where it is no YAML.
    static func all(in playbook: String) -> [Written] {
        guard let root = try? Parser(yaml: playbook, resolver: .basic, encoding: .utf8).singleRoot() else { return [] }
        return leaves(root, key: "", indices: [])
    }

    private static func leaves(_ node: Node, key: String, indices: [Int]) -> [Written] {
        switch node {
        case .scalar(let scalar): return [Written(key: key, indices: indices, text: scalar.string, name: "")]
        case .sequence(let items):
            if items.isEmpty { return [Written(key: key, indices: indices, text: "[]", name: "")] }
            return items.enumerated().flatMap { leaves($1, key: key + "[]", indices: indices + [$0]) }
        case .mapping(let pairs):
            return pairs.flatMap { pair -> [Written] in
                let name = pair.key.string ?? ""
                guard !free.contains(key) else {
                    return [Written(key: key + ".*", indices: indices, text: pair.value.string ?? "", name: name)]
                }
                return leaves(pair.value, key: key.isEmpty ? name : "\(key).\(name)", indices: indices)
            }
        case .alias: return []
        }
    }
}

/// What kind of value stands somewhere, and the one text that all its spellings have.
enum Spelling {
    case text, boolean, number, seconds, milliseconds, bytes
    /// Words, some of which have a second spelling.
    case word([String: String] = [:])
    /// A URI of a folder: `gcs://` is `gs://`, and it ends in `/`.
    case folder

    func plain(_ text: String) -> String {
        switch self {
        case .text: return text
        case .boolean: return text.lowercased()
        case .number: return Self.number(text).map { "\($0)" } ?? "no number: \(text)"
        case .seconds:
            return Self.sum(text, units: ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400]).map { "\($0)" } ?? "no time: \(text)"
        case .milliseconds: return Self.number(text).map { "\($0 / 1000)" } ?? "no time: \(text)"
        case .bytes: return Self.sum(text, units: Self.sizes).map { "\($0)" } ?? "no size: \(text)"
        case .word(let other): return other[text] ?? text
        case .folder:
            let uri = text.hasPrefix("gcs://") ? "gs" + text.dropFirst(3) : text
            return uri.hasSuffix("/") ? uri : uri + "/"
        }
    }

    private static let sizes: [String: Double] = [
        "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824,
    ]

    private static func number(_ text: String) -> Double? {
        Double(text.filter { !",_ ".contains($0) })
    }

    private static func sum(_ text: String, units: [String: Double]) -> Double? {
        if let number = number(text) { return number }
        let parts = text.matches(of: /([0-9.,_]+) *([A-Za-z]+)/)
        let values = parts.compactMap { part in
            number(String(part.output.1)).flatMap { value in units[String(part.output.2)].map { value * $0 } }
        }
        return parts.isEmpty || values.count != parts.count ? nil : values.reduce(0, +)
    }
}
