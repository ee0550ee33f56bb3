/// Where a value begins in its file, both counted from 1; line 0 for what `--set` put there.
struct Mark: Hashable, Sendable {
    var line: Int
    var column: Int

    static let fromCommandLine = Mark(line: 0, column: 0)
}

/// A YAML document without aliases, merge keys and tags: what is left when those are resolved.
struct YAMLValue: Sendable {
    struct Pair: Sendable {
        var key: String
        var keyMark: Mark
        var value: YAMLValue
    }

    enum Content: Sendable {
        case null
        case scalar(String)
        case sequence([YAMLValue])
        case mapping([Pair])
    }

    var content: Content
    var mark: Mark

    /// How a person would call it: `a list`, `a map`, `nothing`, the text itself.
    var kind: String {
        switch content {
        case .null: "nothing"
        case .scalar(let text): "`\(text)`"
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }
}

/// The lines of a text, cut at line feeds alone: a carriage return before one stays.
///
/// A `Character` may be both, so that texts with Windows' line ends cannot be cut as such.
func linesWithReturns(of text: String) -> [String] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
}
