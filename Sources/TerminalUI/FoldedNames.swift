/// Names as a person would write many of them: `h[1-3,5]`, `agent-[1-200]`, `a, b`.
///
/// Numbers with leading zeros keep them: `h[01-12]`.
package func foldedNames(_ names: [String]) -> String {
    var order: [Pattern] = []
    var numbers: [Pattern: [(text: String, value: Int)]] = [:]
    for name in names {
        let (pattern, digits) = split(name)
        if numbers[pattern] == nil { order.append(pattern) }
        numbers[pattern, default: []].append((digits, Int(digits) ?? 0))
    }
    return order.map { pattern in
        let members = (numbers[pattern] ?? []).sorted { $0.value < $1.value }
        let inside = members.count == 1 ? members[0].text : "[\(ranges(members))]"
        return pattern.before + (pattern.isNumbered ? inside : "") + pattern.after
    }.joined(separator: ", ")
}

/// The same text about many names once: `h[1-3]: cannot connect to h[1-3]`.
///
/// `subject` is the name that may stand in the text itself and differs with it.
package func foldedTexts(_ items: [(name: String, subject: String, text: String)]) -> [(names: String, text: String)] {
    var order: [String] = []
    var groups: [String: [(name: String, subject: String)]] = [:]
    for item in items {
        let key = replacing(item.subject, in: item.text, by: "\u{0}")
        if groups[key] == nil { order.append(key) }
        groups[key, default: []].append((item.name, item.subject))
    }
    return order.map { key in
        let members = groups[key] ?? []
        let subjects = foldedNames(unique(members.map(\.subject)))
        return (foldedNames(unique(members.map(\.name))), replacing("\u{0}", in: key, by: subjects))
    }
}

private struct Pattern: Hashable {
    var before: String
    var after: String
    var isNumbered: Bool
    /// Digits of numbers with leading zeros; 0 where there are none.
    var paddedTo: Int
}

/// The last number in a name, and what stands around it.
private func split(_ name: String) -> (Pattern, String) {
    let characters = Array(name)
    guard let last = characters.lastIndex(where: isDigit) else {
        return (Pattern(before: name, after: "", isNumbered: false, paddedTo: 0), "")
    }
    var first = last
    while first > 0, isDigit(characters[first - 1]) { first -= 1 }
    let digits = String(characters[first...last])
    guard digits.count <= 15 else { return (Pattern(before: name, after: "", isNumbered: false, paddedTo: 0), "") }
    return (
        Pattern(
            before: String(characters[..<first]), after: String(characters[(last + 1)...]), isNumbered: true,
            paddedTo: digits.hasPrefix("0") ? digits.count : 0), digits
    )
}

private func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

private func ranges(_ members: [(text: String, value: Int)]) -> String {
    var parts: [String] = []
    var first = 0
    for index in members.indices {
        if index + 1 < members.count, members[index + 1].value == members[index].value + 1 { continue }
        parts.append(first == index ? members[index].text : "\(members[first].text)-\(members[index].text)")
        first = index + 1
    }
    return parts.joined(separator: ",")
}

private func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
}

/// Whole words only: `h1` is not in `h10`.
private func replacing(_ name: String, in text: String, by other: String) -> String {
    guard !name.isEmpty else { return text }
    var result = ""
    var rest = text[...]
    while let character = rest.first {
        let end = rest.dropFirst(name.count).first
        if rest.hasPrefix(name), !isWordPart(result.last), !isWordPart(end) {
            result += other
            rest = rest.dropFirst(name.count)
        } else {
            result.append(character)
            rest = rest.dropFirst()
        }
    }
    return result
}

private func isWordPart(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber || $0 == "-" } ?? false }
