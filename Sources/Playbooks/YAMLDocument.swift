import Vocabulary
import Yams

/// Reads one YAML document, within bounds that no input of any size or shape can break.
struct YAMLDocument {
    /// Larger files are refused unread.
    static let sizeLimit = 8 << 20
    /// Values nested deeper than this are refused.
    static let depthLimit = 64
    /// Values visited in all, aliases counted as often as they are used.
    static let valueLimit = 200_000
    /// Lines, commas, opening brackets and marks of entries, comments aside: the parser takes memory for each before we see one.
    static let partLimit = 250_000

    /// What kept a document from being read at all.
    struct Refusal: Error {
        var problem: Problem
    }

    let file: String
    private var visited = 0

    init(file: String) { self.file = file }

    /// The document's root; throws `Refusal` where there is none.
    mutating func read(_ text: String) throws(Refusal) -> YAMLValue {
        guard text.utf8.count <= Self.sizeLimit else {
            throw refusal("the file is larger than \(ByteCount(Int64(Self.sizeLimit)))", Mark(line: 1, column: 1))
        }
        guard parts(of: text) <= Self.partLimit else {
            throw refusal("more than \(Self.partLimit) lines, commas and brackets", Mark(line: 1, column: 1), fix: "a shorter file")
        }
        let body = text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? String(text.unicodeScalars.dropFirst()) : text
        if hidesAliasesInKeys(body) {
            throw refusal("keys made of aliases are refused", Mark(line: 1, column: 1), fix: "write the keys out")
        }
        let root: Node?
        do {
            // Without resolver rules: what a scalar means is decided by the key it stands under.
            root = try Parser(yaml: body, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            throw syntaxError(error, in: body)
        }
        guard let root else { throw refusal("the file is empty", Mark(line: 1, column: 1)) }
        visited = 0
        return try convert(root, depth: 0)
    }

    private mutating func convert(_ node: Node, depth: Int) throws(Refusal) -> YAMLValue {
        let mark = node.mark.map { Mark(line: $0.line, column: $0.column) } ?? Mark(line: 1, column: 1)
        visited += 1
        guard visited <= Self.valueLimit else { throw refusal("more than \(Self.valueLimit) values, aliases included", mark) }
        guard depth <= Self.depthLimit else { throw refusal("nested deeper than \(Self.depthLimit) levels", mark) }
        switch node {
        case .scalar(let scalar):
            let plain = scalar.style == .plain || scalar.style == .any
            let isNull = plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return YAMLValue(content: isNull ? .null : .scalar(scalar.string), mark: mark)
        case .sequence(let sequence):
            var items: [YAMLValue] = []
            for item in sequence { items.append(try convert(item, depth: depth + 1)) }
            return YAMLValue(content: .sequence(items), mark: mark)
        case .mapping(let mapping):
            return YAMLValue(content: .mapping(try pairs(of: mapping, depth: depth)), mark: mark)
        case .alias:
            throw refusal("an alias without an anchor", mark)
        }
    }

    /// The pairs of a mapping; what `<<` brings in comes after, and only where the mapping itself has no such key.
    private mutating func pairs(of mapping: Node.Mapping, depth: Int) throws(Refusal) -> [YAMLValue.Pair] {
        var own: [YAMLValue.Pair] = []
        var merged: [YAMLValue.Pair] = []
        for (keyNode, valueNode) in mapping {
            let mark = keyNode.mark.map { Mark(line: $0.line, column: $0.column) } ?? Mark(line: 1, column: 1)
            guard case .scalar(let key) = keyNode else { throw refusal("a key must be a plain word", mark) }
            let value = try convert(valueNode, depth: depth + 1)
            if key.string == "<<", key.style == .plain {
                merged += try mergeable(value, at: mark)
            } else {
                own.append(YAMLValue.Pair(key: key.string, keyMark: mark, value: value))
            }
        }
        var seen = Set(own.map(\.key))
        return own + merged.filter { seen.insert($0.key).inserted }
    }

    private func mergeable(_ value: YAMLValue, at mark: Mark) throws(Refusal) -> [YAMLValue.Pair] {
        switch value.content {
        case .mapping(let pairs): return pairs
        case .sequence(let items):
            var all: [YAMLValue.Pair] = []
            for item in items { all += try mergeable(item, at: mark) }
            return all
        case .null, .scalar: throw refusal("`<<` merges a map or a list of maps, not \(value.kind)", mark)
        }
    }

    /// At least a third of the values that a text can hold.
    private func parts(of text: String) -> Int {
        var parts = 0
        var previous = UInt8(ascii: "\n")
        // Blanks since a line's beginning, where nothing else was yet.
        var atStart = true
        var inComment = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                if !inComment { parts += 1 }
                atStart = true
                inComment = false
            case UInt8(ascii: "#") where atStart: inComment = true
            case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"): if !inComment { parts += 1 }
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                if !inComment, "-?:".utf8.contains(previous) { parts += 1 }
            default: atStart = false
            }
            if byte > UInt8(ascii: " ") { atStart = false }
            previous = byte
        }
        return parts
    }

    private func refusal(_ what: String, _ mark: Mark, fix: String? = nil) -> Refusal {
        let place = Problem.Place(file: file, line: mark.line, column: mark.column)
        return Refusal(problem: Problem(.error, place: place, what: what, fix: fix))
    }

    private func syntaxError(_ error: any Error, in text: String) -> Refusal {
        guard let error = error as? YamlError else { return refusal("\(error)", Mark(line: 1, column: 1)) }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let about = context.map { " (\($0.text) in line \($0.mark.line))" } ?? ""
            let place = Mark(line: mark.line, column: mark.column)
            return refusal("not YAML: \(problem)\(about)", place, fix: advice(on: problem, at: place, in: text))
        case .composer(let context, let problem, let mark, _):
            let place = Mark(line: mark.line, column: mark.column)
            if context?.text.contains("single document") == true {
                return refusal("a second document begins here; a playbook is one", place, fix: "keep each playbook in a file of its own")
            }
            return refusal("not YAML: \(problem)", place)
        case .duplicatedKeysInMapping(let keys, let context):
            let mark = Mark(line: context.mark.line, column: context.mark.column)
            let numbers = keys.allSatisfy { $0.allSatisfy(\.isNumber) }
            return refusal(
                "a key stands twice in one map: \(keys.map { "`\($0)`" }.joined(separator: ", "))", mark,
                fix: numbers ? Self.commaInBraces : "keep one of them")
        case .reader(let problem, let offset, _, _):
            return refusal("not YAML: \(problem)", place(ofCharacter: offset ?? 0, in: text))
        default:
            return refusal("not YAML: \(error)", Mark(line: 1, column: 1))
        }
    }

    static let commaInBraces = "inside braces a comma parts entries: write 1_000 or \"1,000\" there"

    /// What most likely led to an error of the parser's, whose words are about itself.
    private func advice(on problem: String, at mark: Mark, in text: String) -> String? {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
        let indent = line.prefix { $0 == " " || $0 == "\t" }
        if indent.contains("\t") { return "indent with blanks: YAML takes no tabs" }
        if problem.contains("alphabetic or numeric") { return "quote a text that begins with * or &: \"*.dat\"" }
        if problem.contains("mapping values are not allowed") {
            return "a blank behind each key's colon, here and in the line above; quote a text with a colon and a blank in it"
        }
        if problem.contains("did not find expected key") || problem.contains("expected '-' indicator") {
            return "the keys of one map begin in one column, and so do the dashes of one list"
        }
        if problem.contains("expected ',' or") { return "close every [ and {, and part what stands in them by commas" }
        return nil
    }

    private func place(ofCharacter offset: Int, in text: String) -> Mark {
        var mark = Mark(line: 1, column: 1)
        for character in text.prefix(offset) {
            if character.isNewline {
                mark = Mark(line: mark.line + 1, column: 1)
            } else {
                mark.column += 1
            }
        }
        return mark
    }

    /// Whether aliases stand in keys.
    ///
    /// The parser compares whole keys before we see them, and a key of nested aliases can be made
    /// exponentially large in a few lines; only files with many anchors can do that, so only those are looked at.
    private func hidesAliasesInKeys(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.lazy.filter({ $0 == UInt8(ascii: "*") }).count > 16, bytes.lazy.filter({ $0 == UInt8(ascii: "&") }).count > 3 else {
            return false
        }
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            for (index, word) in words.enumerated() {
                let next = index + 1 < words.count ? words[index + 1] : ""
                let endsKey = word.hasSuffix(":") || next.hasPrefix(":")
                if word == "?" || (endsKey && (word.contains("]") || word.contains("}") || word.contains("*"))) { return true }
            }
        }
        return false
    }
}
