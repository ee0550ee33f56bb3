import Plans

// Ansible's INI form, of which a plain list of hosts is the simplest case.
extension InventoryGroups {
    private enum Section {
        case hosts(String)
        case variables(String)
        case children(String)
    }

    mutating func readLines(_ text: String) throws(InventoryError) {
        var section = Section.hosts("ungrouped")
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let bare = Self.withoutComment(line)
            guard !bare.isEmpty else { continue }
            if bare.hasPrefix("["), bare.hasSuffix("]"), !bare.dropFirst().dropLast().contains("[") {
                section = Self.section(String(bare.dropFirst().dropLast()))
                continue
            }
            switch section {
            case .children(let group): add(child: bare, to: group)
            case .variables(let group): add(variables: Self.variables([bare]), to: group)
            case .hosts(let group):
                let words = Self.words(bare)
                guard let first = words.first, let names = expandInventoryRange(first) else {
                    throw InventoryError(path: path, line: index + 1, why: "`\(bare)` names no host")
                }
                for name in names { add(host: name, variables: Self.variables(words.dropFirst()), to: group) }
            }
        }
    }

    private static func section(_ title: String) -> Section {
        if title.hasSuffix(":vars") { return .variables(String(title.dropLast(5))) }
        if title.hasSuffix(":children") { return .children(String(title.dropLast(9))) }
        return .hosts(title)
    }

    private static func withoutComment(_ line: Substring) -> String {
        let bare = line.drop(while: \.isWhitespace)
        if bare.hasPrefix("#") || bare.hasPrefix(";") { return "" }
        var text = String(bare.firstRange(of: " #").map { bare[..<$0.lowerBound] } ?? bare)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// Cut at blanks that stand in no quotes, which are taken away.
    private static func words(_ line: String) -> [String] {
        var words = [""]
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { words[words.count - 1].append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character.isWhitespace {
                if words.last?.isEmpty == false { words.append("") }
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }
    }

    private static func variables(_ words: some Sequence<String>) -> [String: String] {
        var variables: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != "'" && $0 != "\"" } }
            guard parts.count == 2 else { continue }
            let name = parts[0].filter { !$0.isWhitespace }
            variables[name] = String(parts[1].drop(while: \.isWhitespace))
        }
        return variables
    }
}

/// The hosts of `web[01:50]`, `db[a:f]` (Ansible's ranges), `node[01-14,17]` (ours); nil where there are none.
func expandInventoryRange(_ text: String) -> [String]? {
    guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]"), !text.hasPrefix("["),
        let colon = text[open..<close].firstIndex(of: ":")
    else {
        return AgentAddress.expandedNames(text)
    }
    let (first, last) = (text[text.index(after: open)..<colon], text[text.index(after: colon)..<close])
    let rest = String(text[text.index(after: close)...])
    guard let first = first.unicodeScalars.first, let last = last.unicodeScalars.first, text[open..<colon].count == 2,
        text[colon..<close].count == 2, first.properties.isAlphabetic, last.properties.isAlphabetic, first.value <= last.value
    else {
        return expandInventoryRange(text[..<colon] + "-" + text[text.index(after: colon)...])
    }
    return (first.value...last.value).compactMap(Unicode.Scalar.init).flatMap { letter in
        (expandInventoryRange("x" + rest) ?? []).map { text[..<open] + String(letter) + $0.dropFirst() }
    }
}
