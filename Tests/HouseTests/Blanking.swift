/// Blanks comments and string literals out of Swift text, so that braces and words in the rest are code.
///
/// Interpolations go with their literal. Line feeds stay, so that line numbers do. Works on bytes: all that it looks for is ASCII.
struct Blanking {
    private let text: [UInt8]
    private var at = 0
    private var result: [UInt8] = []

    init(_ text: String) {
        self.text = Array(text.utf8)
        result.reserveCapacity(self.text.count)
    }

    mutating func code() -> String {
        while at < text.count {
            if follows("//") {
                while at < text.count, text[at] != UInt8(ascii: "\n") { skip(1) }
            } else if follows("/*") {
                blankComment()
            } else if let opening = literalOpening() {
                blankLiteral(opening)
            } else {
                result.append(text[at])
                at += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func follows(_ word: StaticString) -> Bool {
        guard at + word.utf8CodeUnitCount <= text.count else { return false }
        for index in 0..<word.utf8CodeUnitCount where text[at + index] != word.utf8Start[index] { return false }
        return true
    }

    private func follows(_ word: [UInt8]) -> Bool {
        guard at + word.count <= text.count else { return false }
        for index in word.indices where text[at + index] != word[index] { return false }
        return true
    }

    private mutating func skip(_ count: Int) {
        for _ in 0..<min(count, text.count - at) {
            result.append(text[at] == UInt8(ascii: "\n") ? text[at] : UInt8(ascii: " "))
            at += 1
        }
    }

    private mutating func blankComment() {
        var depth = 0
        repeat {
            let opens = follows("/*")
            let closes = follows("*/")
            depth += opens ? 1 : closes ? -1 : 0
            skip(opens || closes ? 2 : 1)
        } while depth > 0 && at < text.count
    }

    /// The number of `#` and of quotes where a string literal begins here.
    private func literalOpening() -> (hashes: Int, quotes: Int)? {
        var quote = at
        while quote < text.count, text[quote] == UInt8(ascii: "#") { quote += 1 }
        guard quote < text.count, text[quote] == UInt8(ascii: "\"") else { return nil }
        let isLong = quote + 2 < text.count && text[quote + 1] == UInt8(ascii: "\"") && text[quote + 2] == UInt8(ascii: "\"")
        return (quote - at, isLong ? 3 : 1)
    }

    private mutating func blankLiteral(_ opening: (hashes: Int, quotes: Int)) {
        let marks = [UInt8](repeating: UInt8(ascii: "#"), count: opening.hashes)
        let end = [UInt8](repeating: UInt8(ascii: "\""), count: opening.quotes) + marks
        let escape = [UInt8(ascii: "\\")] + marks
        skip(opening.hashes + opening.quotes)
        while at < text.count, !follows(end) {
            if follows(escape + [UInt8(ascii: "(")]) {
                skip(escape.count + 1)
                blankInterpolation()
            } else {
                skip(follows(escape) ? escape.count + 1 : 1)
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
            if text[at] == UInt8(ascii: "(") { depth += 1 } else if text[at] == UInt8(ascii: ")") { depth -= 1 }
            skip(1)
        }
    }
}
