import Foundation
import Testing
import Vocabulary
import Yams

@testable import Playbooks

/// Spoils every key of the format once in each way that its table forbids: the message names line and key.
@Suite struct KeyMutationTests {
    /// A key with something behind it that may not stand there.
    struct Case: Sendable, CustomTestStringConvertible {
        var path: String
        var value: String
        var testDescription: String { "\(path): \(value)" }
    }

    /// Everything that a kind of value forbids, in YAML.
    private static func forbidden(_ kind: Kind) -> [String] {
        switch kind {
        case .text: ["[[1]]", "{a: 1}"]
        case .boolean: ["perhaps", "[true]", "2"]
        case .integer(let range):
            ["many", "[1]", "1.5", "\(range.lowerBound - 1)"] + (range.upperBound == .max ? [] : ["\(range.upperBound + 1)"])
        case .number(let range):
            ["many", "{a: 1}", "\(range.lowerBound - 1)"] + (range.upperBound > 1e300 ? [] : ["\(range.upperBound * 2)"])
        case .duration(let least): ["soon", "[5]", "-1", "5 parsecs", "400000d"] + (least > .zero ? ["0"] : [])
        case .positiveDuration: ["soon", "{a: 5}", "-1s", "0", "0s", "5x"]
        case .size(let least): ["big", "[5]", "-1", "5K", "5XB"] + (least > 0 ? ["\(least - 1)"] : [])
        case .words: ["nonsense", "[[1]]", "{a: 1}"]
        case .sizes: ["big", "[5]", "-1", "{kind: fixed}", "{type: triangular, min: 1, max: 2}"]
        case .texts: ["word", "[1]"]
        case .list: ["word", "{a: 1}"]
        case .section: ["word", "[1]"]
        case .either(let kinds): kinds.count == 2 ? ["[[1]]", "{a: 1}"] : []
        case .anything: []
        }
    }

    static let cases: [Case] = keys.flatMap { path, key in forbidden(key.kind).map { Case(path: path, value: $0) } }

    /// Every key that is not old, under the path that the manual has for it.
    static let keys: [(path: String, key: Key)] = {
        var tables: [String: KeyTable] = ["": .playbook, "size_spec": .sizes, "barrier": .barrier, "steady_state": .steadyState]
        var found: [(path: String, key: Key)] = []
        for known in PlaybookKey.all {
            let parts = known.path.split(separator: ".").map(String.init)
            let parent = parts.dropLast().joined(separator: ".")
            guard let key = tables[parent]?[parts[parts.count - 1]] else { continue }
            if let table = key.kind.table { tables[known.path] = table }
            if let table = key.kind.element?.table { tables[known.path + "[]"] = table }
            if !key.isStale { found.append((known.path, key)) }
        }
        return found
    }()

    @Test("what a key's table forbids is told with line and key", arguments: cases)
    func forbidden(spoilt: Case) throws {
        let text = try Self.playbook(with: spoilt.path, value: spoilt.value)
        let told = errors(text.text, options: PlaybookOptions(environment: ["HOME": "/home/me"]))
        let name = spoilt.path.split(separator: ".").last.map { $0.replacing("[]", with: "") } ?? ""
        let isTold = told.contains { text.lines.contains($0.place?.line ?? 0) && $0.key.contains(name) }
        #expect(isTold, "lines \(text.lines) of\n\(text.text)\n\(told)")
    }

    @Test("a misspelt key is told with line and key, and the right one is proposed", arguments: keys.map(\.path))
    func misspelt(path: String) throws {
        let key = try #require(Self.keys.first { $0.path == path }).key
        let text = try Self.playbook(with: path, value: key.example, misspelt: true)
        let line = try #require(text.lines.first, "\(text.text)")
        let told = errors(text.text, options: PlaybookOptions(environment: ["HOME": "/home/me"]))
        let problem = told.first { $0.what == "unknown key" && $0.key.hasSuffix(key.name + "x") }
        #expect(problem?.place?.line == line, "line \(line) of\n\(text.text)\n\(told)")
        #expect(problem?.fix == "did you mean `\(key.name)`?")
    }

    @Test("nothing behind a key is as if it were not written, or told", arguments: keys.map(\.path))
    func empty(path: String) throws {
        let text = try Self.playbook(with: path, value: "").text
        let reading = read(text, options: PlaybookOptions(environment: ["HOME": "/home/me"]))
        #expect((reading.plan == nil) == reading.hasErrors, "\(text)\n\(reading.problems)")
        let name = path.split(separator: ".").last.map { $0.replacing("[]", with: "") } ?? ""
        let others = reading.problems.filter { $0.severity == .error && !$0.key.contains(name) && $0.what.hasPrefix("should be") }
        #expect(others.map(\.description) == [], "\(text)")
    }

    @Test("all keys are there")
    func there() {
        #expect(Self.keys.count == PlaybookKey.all.filter { if case .old = $0.status { false } else { true } }.count)
        #expect(Self.cases.count > 400)
    }

    /// `every-section.yaml` with a key set, and the lines in which the key and its value begin.
    static func playbook(with path: String, value: String, misspelt: Bool = false) throws -> (text: String, lines: [Int]) {
        let place = ManualTests.place(of: path)
        var root = try #require(try Yams.compose(yaml: text(of: "Tests/Fixtures/playbooks/every-section.yaml")))
        for (key, value) in place.beside { set(steps(key), to: try node(value), in: &root) }
        var way = steps(place.key)
        if misspelt { way[way.count - 1] += "x" }
        set(way, to: try node(value), in: &root)
        let text = try Yams.serialize(node: root, width: -1)
        let again = try Yams.compose(yaml: text)
        return (text, again.map { lines(of: way, in: $0) } ?? [])
    }

    private static func node(_ value: String) throws -> Node { try Yams.compose(yaml: value) ?? Node("") }

    private static func steps(_ key: String) -> [String] {
        key.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }).map(String.init)
    }

    private static func set(_ steps: [String], to value: Node, in node: inout Node) {
        guard let step = steps.first else {
            node = value
            return
        }
        let rest = Array(steps.dropFirst())
        if let index = Int(step), var items = node.sequence {
            set(rest, to: value, in: &items[index])
            node = .sequence(items)
        } else {
            var pairs = node.mapping ?? Node.Mapping([])
            var below = pairs[Node(step)] ?? Node.mapping(Node.Mapping([]))
            set(rest, to: value, in: &below)
            pairs[Node(step)] = below
            node = .mapping(pairs)
        }
    }

    private static func lines(of steps: [String], in node: Node) -> [Int] {
        guard let step = steps.first else { return [] }
        let rest = Array(steps.dropFirst())
        if let index = Int(step), let items = node.sequence { return lines(of: rest, in: items[index]) }
        guard let pair = node.mapping?.first(where: { $0.key.string == step }) else { return [] }
        return rest.isEmpty ? [pair.key.mark, pair.value.mark].compactMap { $0?.line } : lines(of: rest, in: pair.value)
    }
}
