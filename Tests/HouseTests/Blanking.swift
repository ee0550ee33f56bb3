/// Blanks comments and string literals out of Swift text, so that braces and words in the rest are code.
///
/// Interpolations go with their literal. Line feeds stay, so that line numbers do.
struct Blanking {
    private let text: [Character]
    private var at = 0
    private var result = ""

    init(_ text: String) { self.text = Array(text) }

    mutating func code() -> String {
        while at < text.count {
            if follows("//") {
                blank { $0.text[$0.at] == "\n" }
            } else if follows("/*") {
                blankComment()
            } else if let opening = literalOpening() {
                blankLiteral(opening)
            } else {
                result.append(text[at])
                at += 1
            }
        }
        return result
    }

    private func follows(_ word: String) -> Bool { text[at...].starts(with: word) }

    private mutating func skip(_ count: Int) {
        for character in text[at..<min(at + count, text.count)] { result.append(character == "\n" ? "\n" : " ") }
        at = min(at + count, text.count)
    }

    private mutating func blank(until isEnd: (Blanking) -> Bool) {
        while at < text.count, !isEnd(self) { skip(1) }
    }

    private mutating func blankComment() {
        var depth = 0
        repeat {
            if follows("/*") { depth += 1 } else if follows("*/") { depth -= 1 }
            skip(follows("/*") || follows("*/") ? 2 : 1)
        } while depth > 0 && at < text.count
    }

    /// The number of `#` and of quotes where a string literal begins here.
    private func literalOpening() -> (hashes: Int, quotes: Int)? {
        let hashes = text[at...].prefix { $0 == "#" }.count
        let rest = text[(at + hashes)...]
        guard rest.first == "\"" else { return nil }
        return (hashes, rest.starts(with: "\"\"\"") ? 3 : 1)
    }

    private mutating func blankLiteral(_ opening: (hashes: Int, quotes: Int)) {
        let marks = String(repeating: "#", count: opening.hashes)
        let end = String(repeating: "\"", count: opening.quotes) + marks
        skip(opening.hashes + opening.quotes)
        while at < text.count, !follows(end) {
            if follows("\\" + marks + "(") {
                skip(marks.count + 2)
                blankInterpolation()
            } else if follows("\\" + marks) {
                skip(marks.count + 2)
            } else {
                skip(1)
            }
        }
        skip(end.count)
    }

    private mutating func blankInterpolation() {
        var depth = 1
        while at < text.count, depth > 0 {
            if let opening = literalOpening() {
                blankLiteral(opening)
                continue
            }
            if text[at] == "(" { depth += 1 } else if text[at] == ")" { depth -= 1 }
            skip(1)
        }
    }
}
