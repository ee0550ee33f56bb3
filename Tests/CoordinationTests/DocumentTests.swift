import Coordination
import Foundation
import Testing
import Vocabulary

/// docs/coordination.md says what the code says.
@Suite struct DocumentTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The first column's names of the table under `heading`.
    private func names(under heading: String) throws -> [String] {
        let lines = try text("docs/coordination.md").components(separatedBy: "\n")
        let start = try #require(lines.firstIndex(of: heading), "no heading \(heading)")
        let section = lines[(start + 1)...].prefix { !$0.hasPrefix("#") }
        return section.filter { $0.hasPrefix("| `") }.map { String($0.dropFirst(3).prefix { $0 != "`" }) }
    }

    /// The cases of an enum, read from its source.
    private func cases(of name: String, in file: String) throws -> [String] {
        let lines = try text("Sources/Coordination/\(file)").components(separatedBy: "\n")
        let start = try #require(lines.firstIndex { $0.contains("enum \(name)") }, "no enum \(name) in \(file)")
        // A short enum may stand on one line.
        if let only = lines[start].firstMatch(of: #/\{ case (.*) \}$/#) {
            return only.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let indent = lines[start].prefix { $0 == " " }
        let body = lines[(start + 1)...].prefix { $0 != indent + "}" }
        let listed = body.filter { $0.hasPrefix(indent + "    case ") }.map { String($0.dropFirst(indent.count + 9)) }
        // An enum of one line has its cases beside its name.
        let beside = lines[start].components(separatedBy: "{ case ").dropFirst().map { $0.replacing("}", with: "") }
        return (beside.isEmpty ? listed : beside).flatMap { line in
            line.replacing(#/\([^)]*\)/#, with: "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test(
        "Each table of states lists exactly the code's, in its order",
        arguments: [
            ("## Phases of a run", "RunPhase", "../Vocabulary/RunPhase.swift"), ("### Standing", "Standing", "Member.swift"),
            ("### Wanted", "Wanted", "Member.swift"), ("### Seen", "Seen", "Member.swift"),
            ("### Places at a barrier", "Place", "Barrier.swift"), ("## States of an agent", "State", "AgentMachine.swift"),
            ("## What is told", "RunFact", "RunFact.swift"),
        ])
    func states(heading: String, name: String, file: String) throws {
        #expect(try names(under: heading) == cases(of: name, in: file))
    }

    @Test("The table of decisions is what the code decides")
    func decisions() throws {
        let table = Self.decisionTable
        #expect(try text("docs/coordination.md").contains(table), "the table in docs/coordination.md should be:\n\(table)")
    }

    /// What a barrier of three decides, for every turnout, before and after the end of the wait.
    private static var decisionTable: String {
        var lines = [
            "| arrived | at work | failed or lost | wait | `all_or_nothing` | `majority` | `best_effort` |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for arrived in (0...3).reversed() {
            for working in (0...3 - arrived).reversed() {
                // Without an arrival no wait counts; with nobody at work none is needed.
                for isOver in arrived > 0 && working > 0 ? [false, true] : [false] {
                    let wait = arrived == 0 || working == 0 ? "–" : isOver ? "over" : "on"
                    let verdicts = BarrierType.allCases.map { verdict($0, arrived: arrived, working: working, isOver: isOver) }
                    lines.append(
                        "| \(arrived) | \(working) | \(3 - arrived - working) | \(wait) | \(verdicts.joined(separator: " | ")) |")
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func verdict(_ type: BarrierType, arrived: Int, working: Int, isOver: Bool) -> String {
        var barrier = Barrier(rules: BarrierRules(type: type, wait: .seconds(1)), participants: [a, b, c])
        for i in 0..<arrived { barrier.arrive(Script.agent(i), at: .zero) }
        for i in arrived + working..<3 { barrier.lose(Script.agent(i), why: "silent") }
        switch barrier.decision(at: isOver ? .zero + .seconds(1) : .zero) {
        case .wait: return "waits"
        case .open: return "opens"
        case .broken: return "breaks"
        }
    }
}
