import Plans
import Playbooks
import TestKit
import Testing
import Vocabulary

/// `muster convert` as a function of texts.
@Suite struct ConversionTests {
    private static let options = PlaybookOptions(environment: ["HOME": "/home/me"])

    private func converted(_ text: String, keepsProblems: Bool = false) -> Conversion {
        Conversion(path: "test.yaml", text: text, options: Self.options, keepsProblems: keepsProblems)
    }

    private func newText(_ text: String, keepsProblems: Bool = false) throws -> String {
        guard case .converted(let new) = converted(text, keepsProblems: keepsProblems) else {
            throw WrongWork()
        }
        return new
    }

    @Test("Stages are added, and everything else stands as it stood", arguments: ["fleet", "alone", "braces"])
    func kept(name: String) throws {
        let old = try text(of: "Tests/Fixtures/convert/\(name).yaml")
        let new = try newText(old)
        try expect(new, in: "Tests/Fixtures/convert/\(name).converted.yaml")
        var rest = new.split(separator: "\n", omittingEmptySubsequences: false)[...]
        for line in old.split(separator: "\n", omittingEmptySubsequences: false) where name != "braces" {
            let place = try #require(rest.firstIndex(of: line), "\(line) is gone")
            rest = rest[(place + 1)...]
        }
    }

    @Test("What is converted makes the same plan, and converting it again changes nothing", arguments: ["fleet", "alone", "braces"])
    func same(name: String) throws {
        let old = try text(of: "Tests/Fixtures/convert/\(name).yaml")
        let new = try newText(old)
        #expect(try comparable(new) == comparable(old))
        guard case .unchanged = converted(new) else {
            Issue.record("converted twice")
            return
        }
    }

    private func comparable(_ text: String) throws -> Plan {
        var plan = try plan(text, options: Self.options)
        plan.maskedPlaybook = ""
        plan.notCarriedOut = []
        return plan
    }

    @Test("Every block of the reference documents without stages is converted to the same plan", arguments: ReferenceTests.examples)
    func blocks(example: Example) throws {
        let old = example.completed
        switch converted(old) {
        case .unchanged: #expect(old.contains("stages:"))
        case .refused(let problems): #expect(problems.map(\.description) == errors(old, options: Self.options).map(\.description))
        case .converted(let new): #expect(try comparable(new) == comparable(old))
        }
    }

    @Test("Line ends, a byte order mark and a missing last line end are kept")
    func lineEnds() throws {
        let old = try text(of: "Tests/Fixtures/convert/fleet.yaml")
        let windows = "\u{FEFF}" + old.replacing("\n", with: "\r\n")
        #expect(try newText(windows) == "\u{FEFF}" + newText(old).replacing("\n", with: "\r\n"))
        #expect(try newText(String(old.dropLast())) == newText(old))
        let last = "target: file:///d/\nworkload: [{op: list, path: x/}]\ndistributed:\n  agents: [{address: local}]"
        #expect(try newText(last).hasPrefix(last + "\n  stages:\n    - name: preflight\n"))
    }

    @Test("A playbook that does not check is not converted, unless its problems are its own")
    func problems() throws {
        let wrong = "target: file:///d/\nworkload: [{op: list, path: x/}]\nconcurency: 3\ndistributed:\n  agents: [{address: local}]\n"
        guard case .refused(let problems) = converted(wrong) else {
            Issue.record("converted")
            return
        }
        #expect(problems.map(\.what) == ["unknown key"])
        #expect(try newText(wrong, keepsProblems: true).contains("\n  stages:\n"))
        guard case .refused(let none) = converted("duration: 5s\n") else {
            Issue.record("converted")
            return
        }
        #expect(none.map(\.what) == ["there is nothing to do: neither prepare nor a workload"])
    }

    @Test("What no program can add to is refused, with the stages to add by hand")
    func byHand() throws {
        let alias =
            "target: file:///d/\nworkload: [{op: list, path: x/}]\nx-fleet: &fleet\n  agents: [{address: local}]\ndistributed: *fleet\n"
        guard case .refused(let problems) = converted(alias, keepsProblems: true) else {
            Issue.record("converted")
            return
        }
        #expect(problems.last?.what == "the stages cannot be added to this text by a program")
        #expect(problems.last?.fix?.contains("    - name: preflight\n") == true)
    }
}
