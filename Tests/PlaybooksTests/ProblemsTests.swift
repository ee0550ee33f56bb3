import Foundation
import Playbooks
import Testing
import Vocabulary

/// Every message of the reader, as a person sees it: `Tests/Fixtures/playbooks/problems.txt`.
@Suite struct ProblemsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var playbook: String
        var problems: String
        var testDescription: String { name }
    }

    static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Fixtures/playbooks/problems.txt")

    /// `=== name`, the playbook, `---`, what is found wrong with it.
    static let cases: [Case] = {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return text.components(separatedBy: "=== ").dropFirst().map { block in
            let lines = block.components(separatedBy: "\n")
            let divider = lines.firstIndex(of: "---") ?? lines.count - 1
            return Case(
                name: lines[0], playbook: lines[1..<divider].joined(separator: "\n") + "\n",
                problems: lines[(divider + 1)...].joined(separator: "\n").trimmingCharacters(in: .newlines))
        }
    }()

    @Test("a playbook's problems are told with place, key and fix", arguments: cases)
    func problemsAreTold(example: Case) {
        #expect(problems(example.playbook) == example.problems)
    }

    @Test("there are examples")
    func examples() { #expect(Self.cases.count > 40) }
}
