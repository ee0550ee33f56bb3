import Playbooks
import Testing
import Vocabulary

/// Spoils the samples one key at a time: whatever is misspelt or of the wrong kind is told with its line and its key.
@Suite struct MutationTests {
    /// One key of a sample, as it stands in its text.
    struct Site: Sendable, CustomTestStringConvertible {
        var sample: String
        var line: Int
        var key: String
        /// Number of bytes before the key in its line.
        var offset: Int
        /// The plain or quoted text behind it; nil where a list or a map stands there.
        var value: String?
        var testDescription: String { "\(sample):\(line) \(key)" }
    }

    static let texts = Dictionary(uniqueKeysWithValues: SampleTests.names.map { ($0, (try? text(of: "playbooks/\($0)")) ?? "") })

    /// Keys of a person's own choice: they can be neither misspelt nor of the wrong kind.
    private static func isFree(_ key: String) -> Bool { key == key.uppercased() }

    static let sites: [Site] = SampleTests.names.flatMap { name -> [Site] in
        let lines = (texts[name] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().flatMap { index, line -> [Site] in
            let code = line.split(separator: "#", omittingEmptySubsequences: false).first.map(String.init) ?? ""
            return code.matches(of: /(?:^|[\s{])([A-Za-z_]+):(?: +("[^"]*"|[^\s"\[{](?:[^,}]|,(?=\S))*))?/).map { match in
                let value = match.output.2.map { String($0).trimmedRight }
                let offset = code.utf8.distance(from: code.startIndex, to: match.output.1.startIndex)
                return Site(sample: name, line: index + 1, key: String(match.output.1), offset: offset, value: value)
            }
        }.filter { !isFree($0.key) }
    }

    /// The sample with bytes of one line replaced.
    private func spoilt(_ site: Site, from start: Int, count: Int, by replacement: String) -> String {
        var lines = (Self.texts[site.sample] ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let bytes = Array(lines[site.line - 1].utf8)
        lines[site.line - 1] =
            String(decoding: bytes[..<start], as: UTF8.self) + replacement + String(decoding: bytes[(start + count)...], as: UTF8.self)
        return lines.joined(separator: "\n")
    }

    @Test("a misspelt key is told with its place, and the right one is proposed", arguments: sites)
    func misspelt(site: Site) {
        let wrong = site.key + "x"
        let text = spoilt(site, from: site.offset, count: site.key.utf8.count, by: wrong)
        let told = errors(text, options: SampleTests.options).first { $0.what == "unknown key" && $0.key.hasSuffix(wrong) }
        #expect(told?.place?.line == site.line)
        #expect(told?.place?.column == site.offset + 1)
        #expect(told?.fix == "did you mean `\(site.key)`?")
    }

    @Test("a value of the wrong kind is told with its place and key", arguments: sites.filter { $0.value != nil })
    func wrongKind(site: Site) throws {
        let value = try #require(site.value)
        let line = (Self.texts[site.sample] ?? "").split(separator: "\n", omittingEmptySubsequences: false)[site.line - 1]
        let rest = String(decoding: Array(line.utf8)[site.offset...], as: UTF8.self)
        let range = try #require(rest.firstRange(of: value))
        let start = site.offset + rest.utf8.distance(from: rest.startIndex, to: range.lowerBound)
        let text = spoilt(site, from: start, count: value.utf8.count, by: "[[1]]")
        let told = errors(text, options: SampleTests.options).filter { $0.place?.line == site.line && $0.key.contains(site.key) }
        #expect(!told.isEmpty)
    }

    @Test("there are many keys to spoil")
    func many() { #expect(Self.sites.count > 250) }
}

extension String {
    fileprivate var trimmedRight: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
