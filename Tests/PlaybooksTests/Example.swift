import Foundation
import TestKit
import Testing

/// A playbook and what is found wrong with it, from a file of `Tests/Fixtures/playbooks`.
struct Example: Sendable, CustomTestStringConvertible {
    var name: String
    var playbook: String
    var problems: String
    var testDescription: String { name }

    /// `=== name`, the playbook, `---`, its problems; none where the file cannot be read, which a test of its own notices.
    static func all(in file: String) -> [Example] {
        guard let text = try? text(of: "Tests/Fixtures/playbooks/\(file)") else { return [] }
        return text.components(separatedBy: "=== ").dropFirst().map { block in
            let lines = block.components(separatedBy: "\n")
            let divider = lines.firstIndex(of: "---") ?? lines.count - 1
            return Example(
                name: lines[0], playbook: lines[1..<divider].joined(separator: "\n") + "\n",
                problems: lines[(divider + 1)...].joined(separator: "\n").trimmingCharacters(in: .newlines))
        }
    }

    /// As it stands in its file, with these problems.
    func saying(_ problems: String) -> String { "=== \(name)\n\(playbook)---\n" + (problems.isEmpty ? "" : problems + "\n") }

    /// The playbook with those sections of `base.yaml` behind it that it lacks: a block with a workload of its own needs no prepare.
    var completed: String {
        let written = Set(playbook.split(separator: "\n").compactMap { line in line.firstMatch(of: /^(\w+):/).map { String($0.output.1) } })
        let missing = Self.base.filter { !written.contains($0.key) && ($0.key != "prepare" || !written.contains("workload")) }
        return playbook + missing.map(\.text).joined()
    }

    private static let base: [(key: String, text: String)] = {
        let text = (try? text(of: "Tests/Fixtures/playbooks/base.yaml")) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            (String(line.prefix(while: { $0 != ":" })), line + "\n")
        }
    }()
}

func text(of path: String) throws -> String { try String(contentsOfFile: Repository.path(path), encoding: .utf8) }

/// Whether a file of the repository holds `made`.
func expect(_ made: String, in path: String, at place: SourceLocation = #_sourceLocation) throws {
    #expect(try difference(of: made, from: path) == nil, sourceLocation: place)
}
