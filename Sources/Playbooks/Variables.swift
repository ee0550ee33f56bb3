/// `${VAR}` and `${VAR:-default}` in every value; `$${` stands for `${` itself.
struct Variables {
    let environment: [String: String]
    let reading: Reading

    func expand(_ value: YAMLValue, path: String = "") -> YAMLValue {
        var result = value
        switch value.content {
        case .null: break
        case .scalar(let text):
            guard text.utf8.contains(UInt8(ascii: "$")) else { break }
            result.content = .scalar(expand(text, at: Cursor(value: value, path: path, reading: reading)))
        case .sequence(let items):
            result.content = .sequence(items.enumerated().map { expand($1, path: "\(path)[\($0)]") })
        case .mapping(let pairs):
            result.content = .mapping(
                pairs.map { pair in
                    var pair = pair
                    pair.value = expand(pair.value, path: path.isEmpty ? pair.key : "\(path).\(pair.key)")
                    return pair
                })
        }
        return result
    }

    private func expand(_ text: String, at cursor: Cursor) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${"), let end = rest.firstIndex(of: "}") {
                result += replacement(for: rest[rest.index(rest.startIndex, offsetBy: 2)..<end], at: cursor)
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private func replacement(for expression: Substring, at cursor: Cursor) -> String {
        var name = expression
        var fallback: Substring?
        if let range = expression.firstRange(of: ":-") {
            name = expression[..<range.lowerBound]
            fallback = expression[range.upperBound...]
        }
        guard let first = name.first, first.isLetter || first == "_",
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else {
            cursor.reading.reportUnknown(
                cursor, "`${\(expression)}` names no variable", fix: "${NAME} or ${NAME:-default}; $${ for a plain ${")
            return ""
        }
        if let value = environment[String(name)], !value.isEmpty || fallback == nil { return value }
        if let fallback { return String(fallback) }
        cursor.reading.reportUnknown(
            cursor, "the environment variable \(name) is not set", fix: "export \(name)=…, or write ${\(name):-default}; $${ for a plain ${"
        )
        return ""
    }
}
