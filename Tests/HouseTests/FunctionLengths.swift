/// The functions of a file and how many lines each has, from its signature to its closing brace.
struct FunctionLengths {
    struct Function {
        let name: String
        let line: Int
        let length: Int
    }

    let functions: [Function]

    init(of file: SourceFile) {
        let lines = file.codeLines
        let beginning = /^\s*(?:[\w@()]+\s+)*?(?:func\s+(?<name>[^\s(<]+)|(?<initializer>init)[?!]?\s*[(<]|(?<body>run|body)\s*:\s*some)/
        var functions: [Function] = []
        for (index, line) in lines.enumerated() {
            guard let match = line.prefixMatch(of: beginning) else { continue }
            guard let end = FunctionLengths.closing(from: index, in: lines) else { continue }
            let name = match.output.name ?? match.output.initializer ?? "body"
            functions.append(Function(name: String(name), line: index + 1, length: end - index + 1))
        }
        self.functions = functions
    }

    /// The line of the brace that closes the first one opened at or after `first`; nil for a function without a body.
    private static func closing(from first: Int, in lines: [Substring]) -> Int? {
        var depth = 0
        var parentheses = 0
        for (index, line) in lines.enumerated().dropFirst(first) {
            for character in line {
                switch character {
                case "(": parentheses += 1
                case ")": parentheses -= 1
                case "{" where parentheses == 0 || depth > 0: depth += 1
                case "}" where depth > 0:
                    depth -= 1
                    if depth == 0 { return index }
                case "}" where parentheses == 0: return nil
                default: break
                }
            }
            // A requirement of a protocol: its line ends, every parenthesis is closed and no body has begun.
            let next = lines.dropFirst(index + 1).first?.drop(while: \.isWhitespace) ?? ""
            if depth == 0, parentheses == 0, !next.hasPrefix("{"), !next.hasPrefix("where"), !next.hasPrefix("->"),
                !next.hasPrefix("throws"), !next.hasPrefix("async"), !next.hasPrefix(")")
            {
                return nil
            }
        }
        return nil
    }
}
