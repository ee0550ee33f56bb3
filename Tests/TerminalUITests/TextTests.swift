import TerminalUI
import Testing

@Suite struct TextTests {
    @Test(
        "a text is as wide as a terminal draws it",
        arguments: [("", 0), ("abc", 3), ("✅ ready", 8), ("❌", 2), ("⏳", 2), ("95µs", 4), ("…", 1), ("測試", 4), ("e\u{301}", 1), ("·→±", 3)])
    func widths(text: String, columns: Int) {
        #expect(width(of: text) == columns)
    }

    @Test(
        "names are folded as a person would write them",
        arguments: [
            (["h1"], "h1"), (["h1", "h2", "h3"], "h[1-3]"), (["h3", "h1", "h10", "h2"], "h[1-3,10]"), (["h01", "h02"], "h[01-02]"),
            (["a", "b"], "a, b"), (["h1.lan", "h2.lan", "db"], "h[1-2].lan, db"), (["10.0.0.1", "10.0.0.2"], "10.0.0.[1-2]"), ([], ""),
            (["h1", "h02"], "h1, h02"),
        ])
    func names(names: [String], folded: String) {
        #expect(foldedNames(names) == folded)
    }

    @Test("the same error of many hosts is one, though it names each; another one stays by itself")
    func texts() {
        let items = (1...10).map { (name: "agent-\($0)", subject: "h\($0)", text: $0 == 4 ? "no space" : "cannot reach h\($0):22") }
        let folded = foldedTexts(items)
        #expect(folded.map(\.names) == ["agent-[1-3,5-10]", "agent-4"])
        #expect(folded.map(\.text) == ["cannot reach h[1-3,5-10]:22", "no space"])
    }

    @Test("a host's name within another word is left alone")
    func wholeWords() {
        let folded = foldedTexts([(name: "a", subject: "h1", text: "h10 and h1 and xh1")])
        #expect(folded.map(\.text) == ["h10 and h1 and xh1"])
        let two = foldedTexts([("a", "h1", "h10 h1"), ("b", "h2", "h10 h2")])
        #expect(two.map(\.text) == ["h10 h[1-2]"])
    }
}
