import ArgumentParser
import Foundation
import Plans
import Playbooks
import TestKit
import Testing
import Vocabulary

@testable import Commands

/// What `muster check` and `muster run --dry-run` print.
@Suite struct CheckedPlaybookTests {
    private func checked(_ file: String) throws -> CheckedPlaybook {
        let text = try String(contentsOfFile: Repository.path(file), encoding: .utf8)
        let reading = readPlaybook(path: file, text: text, options: PlaybookOptions(environment: ["HOME": "/home/me"]))
        return CheckedPlaybook(plan: try #require(reading.plan, "\(reading.problems)"), problems: reading.problems)
    }

    @Test("The summary shows settings, agents, stages, what is made, the mix, what it costs and what is refused")
    func summary() throws {
        let text = PlanSummary(try checked("Tests/Fixtures/check/everything.yaml").plan).text
        #expect(try difference(of: text + "\n", from: "Tests/Fixtures/check/everything.txt") == nil)
    }

    @Test("The plan as JSON is JSON, and says what the plan says")
    func json() throws {
        let text = PlanDocument(try checked("Tests/Fixtures/check/everything.yaml")).json.text
        #expect(try difference(of: text + "\n", from: "Tests/Fixtures/check/everything.json") == nil)
        let parsed = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let agents = try #require(parsed["agents"] as? [[String: Any]])
        #expect(agents.compactMap { $0["id"] as? String } == ["agent-1", "agent-2", "big", "agent-4"])
        #expect(!text.contains("hush"))
    }

    @Test("The plan as a playbook makes the same plan, and says no secret")
    func yaml() throws {
        let form = try CheckCommand.parse(["a.yaml", "--yaml"]).form
        let checked = try checked("Tests/Fixtures/check/everything.yaml")
        let text = form.text(of: checked)
        #expect(!text.contains("hush"))
        let again = readPlaybook(
            path: "everything.yaml", text: text, options: PlaybookOptions(environment: ["HOME": "/home/me", "SECRET_TOKEN": "hush"]))
        #expect(try #require(again.plan, "\(again.problems)").agents == checked.plan.agents)
        #expect(throws: (any Error).self) { try CheckCommand.parse(["a.yaml", "--yaml", "--json"]) }
        #expect(throws: (any Error).self) { try RunCommand.parse(["a.yaml", "--yaml"]) }
    }

    @Test("64 agents with 16 endpoints each and a thousand sets are checked and shown", .timeLimit(.minutes(5)))
    func large() throws {
        let reading = readPlaybook(path: "large.yaml", text: Self.large)
        let plan = try #require(reading.plan, "\(reading.problems)")
        #expect(plan.agents.count == 64)
        #expect(plan.agents.allSatisfy { $0.endpoints?.uris.count == 16 && $0.stages.count == 4 })
        #expect(reading.problems.allSatisfy { $0.severity == .note })
        #expect(PlanSummary(plan).text.utf8.count < 1_000_000)
    }

    /// What `scripts/bench check` measures.
    private static let large: String = {
        var lines = [
            "target: s3://bucket/", "workload: [{op: get, path: \"d0/*\"}]", "distributed:", "  shared_filesystem: true",
            "  ssh: {enabled: true}",
        ]
        lines.append("  stages: [{name: validation}, {name: prepare}, {name: execute, duration: 30s}, {name: cleanup}]")
        lines.append("  agents:")
        for agent in 0..<64 {
            lines += ["    - address: node\(agent)", "      multi_endpoint:", "        endpoints:"]
            lines += (0..<16).map { "          - s3://10.0.\(agent).\($0):9000/bucket/" }
        }
        lines += ["prepare:", "  ensure_objects:"]
        lines += (0..<1000).map { "    - {base_uri: \"d\($0)/\", count: 1000, size_spec: {uniform: {min: 1KiB, max: 1MiB}}}" }
        return lines.joined(separator: "\n") + "\n"
    }()

    @Test("Every member of the JSON is described in docs/plan.md")
    func described() throws {
        let manual = try String(contentsOfFile: Repository.path("docs/plan.md"), encoding: .utf8)
        var names: Set<String> = []
        Self.collect(PlanDocument(try checked("Tests/Fixtures/check/everything.yaml")).json, into: &names)
        names.subtract(["SECRET_TOKEN", "ZONE"])
        #expect(names.filter { !manual.contains("`\($0)`") }.sorted() == [])
        #expect(names.count > 80)
    }

    private static func collect(_ value: JSON, into names: inout Set<String>) {
        switch value {
        case .array(let items): for item in items { collect(item, into: &names) }
        case .members(let members):
            for member in members {
                names.insert(member.name)
                collect(member.value, into: &names)
            }
        case .null, .bool, .integer, .number, .string: break
        }
    }

    @Test("Texts of JSON are escaped, and numbers that JSON lacks are null")
    func escapes() {
        let value = JSON.object([
            "a\"b": "x\\y\n\u{1}é", "none": nil, "list": [1, true, .null], "n": .number(.infinity), "h": .number(0.5),
        ])
        #expect(
            value.text == """
                {
                  "a\\"b": "x\\\\y\\n\\u0001é",
                  "list": [1, true, null],
                  "n": null,
                  "h": 0.5
                }
                """)
    }

    @Test("A playbook is named once, as an argument or with --config")
    func named() throws {
        #expect(try CheckCommand.parse(["--config", "a.yaml"]).input.config == "a.yaml")
        #expect(try CheckCommand.parse(["a.yaml", "--json"]).form.json)
        #expect(throws: (any Error).self) { try CheckCommand.parse([]) }
        #expect(throws: (any Error).self) { try CheckCommand.parse(["a.yaml", "--config", "b.yaml"]) }
    }
}
