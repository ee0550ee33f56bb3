import Foundation
import TestKit
import Testing

extension WholeRuns {
    /// Files that are made to break a reader: `muster check` ends, says why, and stays small.
    @Suite("Hostile playbooks")
    struct Hostile {
        private static let megabyte = 1 << 20
        private static let limit = 8 * megabyte

        /// Name and text; each is about as large as a playbook may be, or larger.
        private static let texts: [(name: String, text: String)] = [
            ("100 MB of comments", String(repeating: "# a comment\n", count: 9 * megabyte)),
            ("8 MiB of comments", String(repeating: "# a: b, c: [d], - e\n", count: limit / 21)),
            ("a list of a million values in brackets", "a: [" + String(repeating: "a,", count: limit / 2 - 50) + "]\n"),
            ("a list of a million entries", "a:\n" + String(repeating: "- a\n", count: limit / 4 - 50)),
            ("a million maps", "a: [" + String(repeating: "{},", count: limit / 3 - 50) + "]\n"),
            ("a million keys", (0..<limit / 12).map { "k\($0): 1\n" }.joined()),
            ("a million keys in braces", "{" + (0..<limit / 8).map { "\($0)," }.joined() + "}\n"),
            ("a million anchors", "a:\n" + (0..<limit / 16).map { "- &a\($0) x\n" }.joined()),
            ("a million aliases", "a: &a [x]\nb:\n" + String(repeating: "- *a\n", count: limit / 5 - 50)),
            ("one long word", "target: \"" + String(repeating: "x", count: limit - 50) + "\"\n"),
            ("deep brackets", "a: " + String(repeating: "[", count: 100_000)),
            ("deep entries", String(repeating: "- ", count: 2_000_000)),
            ("deep maps", (0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
            ("many unknown keys", (0..<60_000).map { "k\($0)x: 1\n" }.joined()),
            ("a billion laughs", laughs),
            (
                "many agents",
                "target: file:///d/\nworkload: [{op: list, path: x/}]\ndistributed:\n  agents:\n"
                    + String(repeating: "    - {address: \"h[1-9999]\"}\n", count: 60_000)
            ),
            (
                "many agents and sets",
                "target: file:///d/\nworkload: [{op: list, path: x/}]\ndistributed: {agents: [{address: \"h[1-9999]\"}]}\nprepare:\n  ensure_objects:\n"
                    + String(repeating: "    - {count: 5}\n", count: 20_000)
            ),
            (
                "many patterns and sets",
                "target: file:///d/\nprepare:\n  ensure_objects:\n" + String(repeating: "    - {count: 5}\n", count: 20_000) + "workload:\n"
                    + String(repeating: "  - {op: get, path: \"*a*a*a*\"}\n", count: 20_000)
            ),
        ]

        private static let laughs: String = {
            var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            for level in 1...30 {
                text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
            }
            return text
        }()

        @Test("Each is refused or checked within the time, in less than 256 MiB")
        func all() async throws {
            try await withTemporaryFolder { folder in
                var seen = 0
                for (name, text) in Self.texts {
                    let file = folder.appendingPathComponent("hostile.yaml").path
                    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
                    let run = try MusterRun.start(["check", file], environment: ["HOME": folder.path], in: folder)
                    let finished = try await run.wait(within: .seconds(120))
                    #expect([0, 3].contains(finished.status), "\(name): \(finished.status)")
                    #expect(finished.peakMemory < 256 * Self.megabyte, "\(name): \(finished.peakMemory >> 20) MiB")
                    seen = max(seen, finished.peakMemory)
                }
                #expect(seen > 8 * Self.megabyte, "the memory was not seen")
            }
        }
    }
}
