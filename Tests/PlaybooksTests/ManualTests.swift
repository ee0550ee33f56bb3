import Plans
import Playbooks
import Testing
import Vocabulary

/// `docs/playbook.md` against the reader.
@Suite struct ManualTests {
    /// The manual's YAML blocks; fragments are completed by a target and an operation.
    static let snippets: [String] = {
        guard let manual = try? text(of: "docs/playbook.md") else { return [] }
        return manual.matches(of: /```yaml\n((?:.|\n)*?)```/).map { match in
            var snippet = String(match.output.1)
            if !snippet.contains(/(?:^|\n)target:/) { snippet += "target: \"file:///data/\"\n" }
            if !snippet.contains(/(?:^|\n)workload:/) { snippet += "workload: [{op: get, path: \"x/*\"}]\n" }
            return snippet
        }
    }()

    @Test("every snippet of the manual plans, and nothing is to be said of it", arguments: snippets)
    func snippetsPlan(snippet: String) {
        let reading = read(snippet, options: PlaybookOptions(environment: ["HOME": "/home/me"]))
        #expect(reading.problems.map(\.description) == [])
        #expect(reading.plan != nil)
    }

    @Test("there are snippets")
    func there() { #expect(Self.snippets.count >= 7) }

    @Test("the manual names every key that the reader knows, and no other")
    func keys() throws {
        let reading = readPlaybook(path: "every-section.yaml", text: try text(of: "Tests/Fixtures/playbooks/every-section.yaml"))
        #expect(reading.plan != nil)
        let known = Set(reading.knownKeys.compactMap(Self.inManual))
        let manual = try text(of: "docs/playbook.md")
        let tabled = Set(manual.matches(of: /\n\| `([a-z_\[\]\.0-9]+)` \|/).map { String($0.output.1) }).filter { !$0.hasSuffix(".yaml") }
        let barrierTypes: Set = ["all_or_nothing", "majority"]
        #expect(tabled.subtracting(barrierTypes).subtracting(known).sorted() == [])
        #expect(known.subtracting(tabled).filter { !manual.contains("`\($0)`") }.sorted() == [])
    }

    /// A key as the manual names it: what stands in several places is described once.
    private static func inManual(_ key: String) -> String? {
        if key.hasPrefix("distributed.stages[].config.") { return nil }
        if key.hasPrefix("distributed.agents[].multi_endpoint.") { return nil }
        for (place, name) in [
            ("workload[].size_spec.", "size_spec."), ("distributed.stages[].barrier.", "barrier."),
            ("distributed.barrier_sync.prepare.", "barrier."),
        ]
        where key.hasPrefix(place) {
            return name + key.dropFirst(place.count)
        }
        return key
    }
}
