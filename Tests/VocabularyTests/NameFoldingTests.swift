import Testing
import Vocabulary

@Suite struct NameFoldingTests {
    @Test(
        "names that differ in one number alone fold into ranges, in natural order",
        arguments: [
            (["h1"], "h1"),
            ((1...14).map { ($0 < 10 ? "node0" : "node") + "\($0)" } + ["node17"], "node[01-14,17]"),
            (["h3", "h1", "h2", "gate", "h10"], "gate, h[1-3,10]"),
            (["10.0.0.11", "10.0.0.12", "10.0.1.11"], "10.0.0.[11-12], 10.0.1.11"),
            (["n1.lab", "n2.lab", "n1.site"], "n[1-2].lab, n1.site"),
            (["127.0.0.1:2201", "127.0.0.1:2202"], "127.0.0.1:[2201-2202]"),
            (["a9", "a10", "a011"], "a[9-10,011]"),
            (["h1", "h1"], "h1"), ([], ""),
        ])
    func folds(names: [String], text: String) { #expect(folded(names) == text) }
}
