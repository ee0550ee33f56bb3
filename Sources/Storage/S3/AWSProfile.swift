import FoundationEssentials

/// One profile of `~/.aws/credentials` and `~/.aws/config`, the values of both; those of `credentials` win.
///
/// The format: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>.
struct AWSProfile: Sendable, Equatable {
    private(set) var values: [String: String] = [:]

    /// Files that are not there have no profiles.
    init(_ name: String, credentialsFile: String, configFile: String) {
        let text = { (path: String) in (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? "" }
        values = Self.values(of: name == "default" ? ["default", "profile default"] : ["profile \(name)"], in: text(configFile))
        values.merge(Self.values(of: [name], in: text(credentialsFile))) { $1 }
    }

    /// The values under one of the headings `names`. A value's nested lines are `key.name`.
    static func values(of names: [String], in text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isInside = false
        var group = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = trim(line)
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            if trimmed.hasPrefix("[") {
                let heading = trimmed.dropFirst().prefix { $0 != "]" }.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                isInside = names.contains(heading)
                continue
            }
            guard isInside, let equals = trimmed.firstIndex(of: "=") else { continue }
            let key = trim(trimmed[..<equals]).lowercased()
            let value = trim(trimmed[trimmed.index(after: equals)...])
            if line.first?.isWhitespace == true, !group.isEmpty {
                values["\(group).\(key)"] = value
            } else {
                group = value.isEmpty ? key : ""
                if !value.isEmpty { values[key] = value }
            }
        }
        return values
    }

    private static func trim(_ text: some StringProtocol) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start[..<(start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex)])
    }
}
