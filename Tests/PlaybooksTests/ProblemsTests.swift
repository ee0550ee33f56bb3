import Testing

/// Every message of the reader, as a person sees it: `Tests/Fixtures/playbooks/problems.txt`.
@Suite struct ProblemsTests {
    static let examples = Example.all(in: "problems.txt")

    @Test("a playbook's problems are told with place, key and fix")
    func told() throws {
        let told = Self.examples.map { $0.saying(problems($0.playbook)) }
        try expect(told.joined(), in: "Tests/Fixtures/playbooks/problems.txt")
    }

    @Test("there are examples")
    func there() { #expect(Self.examples.count > 40) }
}
