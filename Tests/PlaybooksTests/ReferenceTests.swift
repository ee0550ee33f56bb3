import Testing
import Vocabulary

/// Every YAML block of the reference documents, without its comments; fragments are completed by a target, an operation and two agents.
///
/// Blocks that say one thing several ways are several examples here.
@Suite struct ReferenceTests {
    static let examples = Example.all(in: "reference.txt")

    @Test("a block is taken as it is, or refused for what it is", arguments: examples)
    func blocks(example: Example) {
        #expect(problems(example.playbook) == example.problems)
    }

    @Test("what is refused is no YAML, or marked as wrong in the documents", arguments: examples)
    func refusals(example: Example) {
        for problem in errors(example.playbook) {
            let rightly = ["not YAML", "brace expansions are not patterns"].contains { problem.what.hasPrefix($0) }
            #expect(rightly, "\(problem)")
            #expect(!problem.what.contains("unknown key"), "\(problem)")
        }
    }

    @Test("all blocks are there, and most are taken")
    func there() {
        #expect(Self.examples.count > 110)
        #expect(Self.examples.filter { !errors($0.playbook).isEmpty }.count == 3)
    }
}
