import Foundation
import Playbooks
import TestKit
import Testing
import Vocabulary
import Yams

@Suite struct SchemaTests {
    private static let schema = Schema(root: PlaybookSchema.json)

    private static func problems(_ text: String) throws -> [String] { try schema.problems(of: #require(try Yams.compose(yaml: text))) }

    @Test("docs/playbook.schema.json is the schema that the reader's tables make")
    func kept() throws { try expect(PlaybookSchema.json.text + "\n", in: "docs/playbook.schema.json") }

    @Test("the schema is JSON")
    func parses() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(PlaybookSchema.json.text.utf8)) as? [String: Any]
        #expect(parsed?["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
    }

    @Test("every sample is what the schema describes", arguments: SampleTests.names)
    func samples(name: String) throws { #expect(try Self.problems(text(of: "playbooks/\(name)")) == []) }

    @Test("every block of the reference documents that is taken is what the schema describes", arguments: ReferenceTests.examples)
    func blocks(example: Example) throws {
        guard errors(example.completed, options: ReferenceTests.options).isEmpty else { return }
        #expect(try Self.problems(example.completed) == [])
    }

    @Test(
        "what the reader refuses for its shape the schema refuses too",
        arguments: [
            "durration: 5s", "duration: -1", "duration: [5]", "concurrency: 0", "concurrency: many", "workload: [{op: got, path: x}]",
            "workload: [{op: get}]", "distributed: {stages: []}", "prepare: {tree: {width: 1}}", "perf_log: {enabled: perhaps}",
            "workload: [{op: put, path: x, object_size: 5XB}]", "distributed: {agents: [{address: h, listen_port: 70000}]}",
        ])
    func refused(text: String) throws {
        #expect(try !Self.problems(text).isEmpty)
        #expect(!errors(text).isEmpty)
    }

    @Test("variables, units and separators may stand where numbers do")
    func spellings() throws {
        let text =
            "duration: \"${LENGTH:-5m}\"\nconcurrency: 1,024\nworkload: [{op: put, path: a/, object_size: 4 KiB, weight: \"${W}\"}]\nperf_log: {interval: 1h30m}\n"
        #expect(try Self.problems(text) == [])
    }

    @Test("every key has a description, and an old one is marked")
    func described() {
        let text = PlaybookSchema.json.text
        #expect(text.contains("\"deprecated\": true"))
        for key in PlaybookKey.all { #expect(text.contains("\"\(key.path.split(separator: ".").last ?? "")\": {"), "\(key.path)") }
    }
}
