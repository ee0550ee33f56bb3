import Foundation
import Plans
import Playbooks
import Testing
import Vocabulary

/// `docs/playbook.md` against the reader's tables.
@Suite struct ManualTests {
    /// The manual's YAML blocks; fragments are completed by a target and an operation.
    static let snippets: [String] = {
        guard let manual = try? text(of: "docs/playbook.md") else { return [] }
        return manual.matches(of: /```yaml\n((?:.|\n)*?)```/).map { match in
            var snippet = String(match.output.1)
            if !snippet.contains(/(?:^|\n)target:/) { snippet += "target: \"file:///data/\"\n" }
            if !snippet.contains(/(?:^|\n)workload:/) { snippet += "workload: [{op: list, path: \"x/\"}]\n" }
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
    func there() { #expect(Self.snippets.count >= 8) }

    @Test("the manual's tables are those that the reader's make")
    func made() throws { try expect(Manual.remade(text(of: "docs/playbook.md")), in: "docs/playbook.md") }

    @Test("the manual describes every key in one place, and names every old one")
    func keys() throws {
        let manual = try text(of: "docs/playbook.md")
        let described = Manual.described(in: manual)
        #expect(Dictionary(grouping: described, by: \.self).filter { $1.count > 1 }.keys.sorted() == [])
        let old = PlaybookKey.all.filter { if case .old = $0.status { true } else { false } }.map(\.path)
        #expect(Set(PlaybookKey.all.map(\.path)).subtracting(old).subtracting(described).sorted() == [])
        #expect(old.filter { !manual.contains("`\($0)`") } == [])
        #expect(old.count >= 16)
    }

    @Test("every key says what it means, and has an example that is taken where it stands", arguments: PlaybookKey.all.map(\.path))
    func examples(path: String) throws {
        let key = try #require(PlaybookKey.all.first { $0.path == path })
        #expect(!key.meaning.isEmpty)
        if case .old = key.status { return }
        let place = Self.place(of: path)
        let sections = try text(of: "Tests/Fixtures/playbooks/every-section.yaml")
        let options = PlaybookOptions(overrides: place.beside + [(place.key, key.example)], environment: ["HOME": "/home/me"])
        let reading = readPlaybook(path: "every-section.yaml", text: sections, options: options)
        let wrong = reading.problems.filter { $0.severity == .error && $0.place?.file == "--set" }
        #expect(wrong.map(\.description) == [])
    }

    /// Where a key can be set in `every-section.yaml`, and what has to be set with it.
    static func place(of path: String) -> (key: String, beside: [(key: String, value: String)]) {
        let key = path.replacing("[]", with: "[0]")
        if path.hasPrefix("barrier.") { return ("distributed.stages[0].\(key)", []) }
        if path.hasPrefix("size_spec.") { return ("workload[0].\(key)", [("workload[0].size_spec", sizes[path] ?? "{}")]) }
        return (key, companions[path] ?? [])
    }

    private static let sizes = [
        "size_spec.type": "{size: 1KiB}", "size_spec.size": "{type: fixed}", "size_spec.min": "{type: uniform, max: 1MiB}",
        "size_spec.max": "{type: uniform, min: 1}", "size_spec.mean": "{type: lognormal, std_dev: 1}",
        "size_spec.std_dev": "{type: lognormal, mean: 1}",
    ]

    private static let companions: [String: [(key: String, value: String)]] = [
        "workload[].path": [("workload[0]", "{op: get}")], "workload[].object_size": [("workload[0].size_spec", "")],
        "workload[].size_distribution": [("workload[0].size_spec", "")], "prepare.tree": [("prepare.directory_structure", "")],
        "distributed.path_selection": [("distributed.shared_filesystem", "true"), ("distributed.agents", "[{address: a}, {address: b}]")],
        "distributed.deployment.binary_path": [("distributed.ssh", "{enabled: true}"), ("distributed.agents[0].address", "h1")],
        "distributed.stages[].completion": [("distributed.stages[0]", "{name: execute}")],
        "distributed.stages[].type": [("distributed.stages[0]", "{name: a}")],
        "distributed.stages[].duration": [("distributed.stages[0]", "{name: execute}")],
        "distributed.stages[].max_duration": [("distributed.stages[0]", "{name: hybrid}")],
        "distributed.stages[].steady_state": [("distributed.stages[0]", "{name: execute}")],
        "distributed.stages[].expected_tasks": [("distributed.stages[0]", "{name: hybrid}")],
        "distributed.stages[].command": [("distributed.stages[0]", "{name: custom}")],
        "distributed.stages[].args": [("distributed.stages[0]", "{name: custom, command: x}")],
    ]
}
