/// Finds the bracket that closes another, past quotes, comments and brackets between.
enum FlowEnd {
    /// The index of the bracket that closes the one at `start`; nil where none does.
    static func find(in text: [Unicode.Scalar], from start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < text.count {
            switch text[index] {
            case "{", "[": depth += 1
            case "}", "]":
                depth -= 1
                if depth == 0 { return index }
            case "\"", "'":
                // Within a plain word a quote is a letter.
                if isBeginning(text, index) { index = endOfQuotes(text, index) }
            case "#":
                if index > 0, text[index - 1].properties.isWhitespace {
                    while index < text.count, text[index] != "\n" { index += 1 }
                }
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func isBeginning(_ text: [Unicode.Scalar], _ index: Int) -> Bool {
        index == 0 || text[index - 1].properties.isWhitespace || "[{,:".unicodeScalars.contains(text[index - 1])
    }

    /// The index of the quote that ends the text which begins at `start`, or that of the last scalar.
    private static func endOfQuotes(_ text: [Unicode.Scalar], _ start: Int) -> Int {
        let quote = text[start]
        var index = start + 1
        while index < text.count, text[index] != quote {
            index += quote == "\"" && text[index] == "\\" ? 2 : 1
        }
        return min(index, text.count - 1)
    }
}
