import Plans
import Vocabulary

/// A plan written as a playbook that says everything: read again, it makes the same plan.
///
/// What agents share is written once, from the first that has it; what is an agent's own stands in its entry.
/// The plan must come from a playbook: one that no playbook can make has no text. Secrets of agents' environments are written as the
/// variables that bear their names, unless `withSecrets`.
package func playbookText(of plan: Plan, withSecrets: Bool = false) -> String {
    PlaybookWriter(plan: plan, hidesSecrets: !withSecrets).root.lines(indent: 0).joined(separator: "\n") + "\n"
}

/// A YAML value that is to be written.
indirect enum YAMLText {
    case scalar(String)
    case list([YAMLText])
    case map([(key: String, value: YAMLText)])

    /// A text, in quotes where it needs them.
    static func text(_ text: String) -> YAMLText { .scalar(JSON.string(text).text) }
    static func number(_ number: Int) -> YAMLText { .scalar("\(number)") }
    static func number(_ number: Double) -> YAMLText { .scalar("\(number)") }
    static func boolean(_ value: Bool) -> YAMLText { .scalar("\(value)") }
    static func bytes(_ size: ByteCount) -> YAMLText { .scalar("\(size.bytes)") }
    static func duration(_ duration: Duration) -> YAMLText { .scalar(duration.exact) }

    /// A map without those pairs that have no value.
    static func pairs(_ pairs: KeyValuePairs<String, YAMLText?>) -> YAMLText {
        .map(pairs.compactMap { key, value in value.map { (key, $0) } })
    }

    func lines(indent: Int) -> [String] {
        let blanks = String(repeating: " ", count: indent)
        switch self {
        case .scalar(let text): return [blanks + text]
        case .list(let items):
            return items.flatMap { item -> [String] in
                var lines = item.isEmpty ? [blanks + "  " + item.inline] : item.lines(indent: indent + 2)
                lines[0] = "\(blanks)- " + lines[0].dropFirst(indent + 2)
                return lines
            }
        case .map(let pairs):
            return pairs.flatMap { key, value -> [String] in
                let name = quotedKey(key)
                if case .scalar(let text) = value { return ["\(blanks)\(name): \(text)"] }
                return value.isEmpty ? ["\(blanks)\(name): \(value.inline)"] : ["\(blanks)\(name):"] + value.lines(indent: indent + 2)
            }
        }
    }

    private var isEmpty: Bool {
        switch self {
        case .scalar: false
        case .list(let items): items.isEmpty
        case .map(let pairs): pairs.isEmpty
        }
    }

    private var inline: String { if case .list = self { "[]" } else { "{}" } }

    private func quotedKey(_ key: String) -> String { quoted(key) }
}

extension Duration {
    /// Seconds, or nanoseconds' worth of them with a point.
    fileprivate var exact: String {
        let nanoseconds = wholeNanoseconds
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest != 0 else { return "\(seconds)" }
        let digits = "\(rest)"
        return "\(seconds)." + String(repeating: "0", count: 9 - digits.count) + digits
    }
}
