import Testing

/// Every message of the reader, as a person sees it: `Tests/Fixtures/playbooks/problems.txt`.
@Suite struct ProblemsTests {
    static let examples = Example.all(in: "problems.txt")

    @Test("a playbook's problems are told with place, key and fix", arguments: examples)
    func told(example: Example) {
        #expect(problems(example.playbook) == example.problems)
    }

    @Test("there are examples")
    func there() { #expect(Self.examples.count > 40) }
}
