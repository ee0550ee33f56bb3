/// The playbook's text as it may be kept with the results: secrets are `•••`, overrides stand as comments behind it.
///
/// Secret is the value of a variable whose name speaks of a secret, key, token, password or credential, and of any key
/// that is called so (`secret_file` and `key_path` name files and are shown).
func mask(_ text: String, root: YAMLValue, overrides: [(key: String, value: String)]) -> String {
    var secrets: [Mark: String] = [:]
    collect(root, name: "", inEnvironment: false, into: &secrets)
    let written = linesWithReturns(of: text)
    let returns = written.map { $0.unicodeScalars.last == "\r" ? "\r" : "" }
    var lines = zip(written, returns).map { String($0.unicodeScalars.dropLast($1.utf8.count)) }
    for (mark, secret) in secrets where mark.line >= 1 && mark.line <= lines.count {
        lines[mark.line - 1] = masked(lines[mark.line - 1], column: mark.column, secret: secret)
        dropContinuation(of: mark, in: &lines)
    }
    var result = zip(lines, returns).map(+).joined(separator: "\n")
    // What was written elsewhere a second time, or came in over an alias, is found by its text.
    for secret in secrets.values where secret.utf8.count >= 6 { result = result.replacing(secret, with: maskText) }
    for (key, value) in overrides {
        let name = key.split(separator: ".").last.map(String.init) ?? key
        result += "\n# --set \(key)=\(isSecretName(name) ? maskText : value)"
    }
    return result
}

private let maskText = "•••"

private func collect(_ value: YAMLValue, name: String, inEnvironment: Bool, into secrets: inout [Mark: String]) {
    switch value.content {
    case .null: break
    case .scalar(let text):
        if inEnvironment ? isSecretName(name) : ["secret", "password", "token"].contains(name.lowercased()) { secrets[value.mark] = text }
    case .sequence(let items):
        for item in items { collect(item, name: name, inEnvironment: inEnvironment, into: &secrets) }
    case .mapping(let pairs):
        for pair in pairs {
            let inEnvironment = inEnvironment || pair.key == "env" || pair.key == "distributed_env"
            collect(pair.value, name: pair.key, inEnvironment: inEnvironment, into: &secrets)
        }
    }
}

/// Whether a variable of this name is taken to hold a secret.
package func isSecretName(_ name: String) -> Bool {
    let name = name.uppercased()
    return ["SECRET", "KEY", "TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CONNECTION_STRING", "SAS"].contains {
        name.contains($0)
    }
}

private func masked(_ line: String, column: Int, secret: String) -> String {
    let scalars = Array(line.unicodeScalars)
    let start = min(max(column - 1, 0), scalars.count)
    var head = String.UnicodeScalarView()
    head.append(contentsOf: scalars[..<start])
    var tail = String.UnicodeScalarView()
    tail.append(contentsOf: scalars[start...])
    let rest = String(tail)
    if !secret.isEmpty, let found = rest.firstRange(of: secret) {
        return String(head) + rest.replacingCharacters(in: found)
    }
    // Written with escapes, a variable, or over several lines: nothing of the line's rest is kept.
    return String(head) + maskText
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>) -> String {
        self[..<range.lowerBound] + maskText + self[range.upperBound...]
    }
}

/// Empties the lines that a value over several lines goes on in: those indented deeper than the line of its key.
private func dropContinuation(of mark: Mark, in lines: inout [String]) {
    func indent(_ line: String) -> Int { line.prefix(while: { $0 == " " }).count }
    let own = lines[mark.line - 1]
    guard own.hasSuffix(maskText) else { return }
    var index = mark.line
    let depth = indent(own.replacing("- ", with: "  ", maxReplacements: 1))
    while index < lines.count, lines[index].trimmedIsEmpty || indent(lines[index]) > depth {
        if !lines[index].trimmedIsEmpty { lines[index] = "" }
        index += 1
    }
}

extension String {
    fileprivate var trimmedIsEmpty: Bool { allSatisfy(\.isWhitespace) }
}
