import Plans
import Playbooks
import Testing
import Vocabulary

/// A plan written as a playbook and read again is the same plan.
@Suite struct IdentityTests {
    private static func comparable(_ plan: Plan) -> Plan {
        var plan = plan
        plan.maskedPlaybook = ""
        // Each is at another place in another text.
        plan.notCarriedOut = []
        return plan
    }

    private func expectSame(_ text: String, options: PlaybookOptions = ReferenceTests.options) throws {
        guard let made = read(text, options: options).plan.map(Self.comparable) else { return }
        let written = playbookText(of: made, withSecrets: true)
        let reading = read(written, options: options)
        let again = try #require(reading.plan.map(Self.comparable), "\(text)\n---\n\(written)\n\(reading.problems)")
        #expect(again == made, "\(text)\n---\n\(written)\(Self.difference(made, again))")
    }

    private static func difference(_ a: Plan, _ b: Plan) -> String {
        var lines: [String] = []
        if a.policy != b.policy { lines.append("\(a.policy)\n\(b.policy)") }
        if a.stages != b.stages { lines.append("\(a.stages)\n\(b.stages)") }
        if a.deployment != b.deployment { lines.append("\(a.deployment)\n\(b.deployment)") }
        if a.storage != b.storage { lines.append("\(a.storage)\n\(b.storage)") }
        for (one, other) in zip(a.agents, b.agents) where one != other { lines.append("\(one)\n\(other)") }
        return lines.joined(separator: "\n")
    }

    @Test("of every sample", arguments: SampleTests.names)
    func samples(name: String) throws { try expectSame(text(of: "playbooks/\(name)"), options: SampleTests.options) }

    @Test("of every block of the reference documents", arguments: ReferenceTests.examples)
    func blocks(example: Example) throws { try expectSame(example.completed) }

    @Test("without its secrets, which are variables then")
    func secrets() throws {
        let text = fleet.replacing("{address: h1}", with: "{address: h1, env: {API_TOKEN: hush, ZONE: \"a${ZONE:-b}\"}}")
        let written = playbookText(of: try plan(text))
        #expect(!written.contains("hush"))
        #expect(try plan(written, options: PlaybookOptions(environment: ["API_TOKEN": "hush"])).agents == plan(text).agents)
    }

    @Test("of playbooks made at random", arguments: 0..<400)
    func random(seed: Int) throws {
        var maker = RandomPlaybook(seed: UInt64(seed))
        let text = maker.text()
        let reading = read(text, options: ReferenceTests.options)
        #expect(reading.plan != nil, "\(text)\n\(reading.problems.filter { $0.severity == .error })")
        try expectSame(text)
    }
}
