import Vocabulary

/// What went wrong on hosts, the same words once: `cannot connect to node[01-14,17]: …`.
struct FoldedErrors {
    private struct Words: Hashable {
        let template: String
    }

    private var order: [Words] = []
    private var names: [Words: (plain: Set<String>, withPort: Set<String>)] = [:]
    private var texts: [Words: [String]] = [:]

    /// What is put in place of a host's name, with a port behind it and without.
    private static let (plain, withPort) = (Character("\u{1}"), Character("\u{2}"))

    mutating func add(_ text: String, host: HostName) {
        var words = ""
        var known: (plain: Set<String>, withPort: Set<String>) = ([], [])
        var rest = text[...]
        while let range = Self.nextMention(of: host.text, in: rest) {
            words += rest[..<range.lowerBound]
            let hasPort = text[range].count > host.text.count
            if hasPort { known.withPort.insert(String(text[range])) } else { known.plain.insert(String(text[range])) }
            words.append(hasPort ? Self.withPort : Self.plain)
            rest = rest[range.upperBound...]
        }
        let key = Words(template: Self.withoutFingerprints(words + rest))
        if names[key] == nil { order.append(key) }
        names[key, default: ([], [])].plain.formUnion(known.plain)
        names[key, default: ([], [])].withPort.formUnion(known.withPort)
        texts[key, default: []].append(text)
    }

    /// Each text once, with all hosts that it is true of.
    var lines: [String] {
        order.map { words in
            // What one host says alone stays whole, fingerprints included.
            if let said = texts[words], said.count == 1 { return said[0] }
            let known = names[words] ?? ([], [])
            return words.template.reduce(into: "") { text, character in
                switch character {
                case Self.plain: text += folded(known.plain)
                case Self.withPort: text += folded(known.withPort)
                default: text.append(character)
                }
            }
        }
    }

    /// The host's name, with the port behind it if one is, where it stands as a word of its own.
    private static func nextMention(of host: String, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while let found = text[start...].firstRange(of: host) {
            let before = found.lowerBound == text.startIndex ? nil : text[text.index(before: found.lowerBound)]
            let after = found.upperBound == text.endIndex ? nil : text[found.upperBound]
            if !isPartOfName(before), !isPartOfName(after) || after == "." {
                return found.lowerBound..<endOfPort(text, found.upperBound)
            }
            start = found.upperBound
        }
        return nil
    }

    private static func endOfPort(_ text: Substring, _ end: Substring.Index) -> Substring.Index {
        guard end < text.endIndex, text[end] == ":" else { return end }
        let digits = text[text.index(after: end)...].prefix { $0.isASCII && $0.isNumber }
        return digits.isEmpty ? end : digits.endIndex
    }

    private static func isPartOfName(_ character: Character?) -> Bool {
        guard let character else { return false }
        return character.isLetter || character.isNumber || "._-".contains(character)
    }

    /// Each host has keys of its own.
    private static func withoutFingerprints(_ text: String) -> String {
        text.replacing(/SHA256:[A-Za-z0-9+\/]+/, with: "SHA256:…")
    }
}
