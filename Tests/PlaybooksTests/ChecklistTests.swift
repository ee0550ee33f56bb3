import Foundation
import Plans
import Playbooks
import TestKit
import Testing
import Vocabulary

/// Every key is carried out, with a test that shows it, or refused by its name until then: none is forgotten, none ignored.
@Suite struct ChecklistTests {
    static let checklist = Checklist((try? text(of: "Tests/Fixtures/playbooks/checklist.txt")) ?? "")

    @Test("The checklist has every key of the reader's tables and no other, each with what its table says becomes of it")
    func complete() {
        #expect(Self.checklist.strange == [])
        let listed = Dictionary(grouping: Self.checklist.entries.flatMap { entry in entry.keys.map { (key: $0, entry: entry) } }, by: \.key)
        var wrong: [String] = []
        for key in PlaybookKey.all {
            let entries = listed[key.path]?.map(\.entry) ?? []
            let fits =
                switch key.status {
                case .carriedOut: entries.contains { if case .shown = $0 { true } else if case .with = $0 { true } else { false } }
                case .later: entries.contains { if case .refused = $0 { true } else { false } }
                case .withoutEffect: entries.contains { if case .warned = $0 { true } else { false } }
                case .old: entries.isEmpty
                }
            if !fits { wrong.append("\(key.path): \(key.status)") }
        }
        #expect(wrong == [])
        #expect(Set(listed.keys).subtracting(PlaybookKey.all.map(\.path)).sorted() == [])
    }

    @Test("The tests that it names are there")
    func tests() throws {
        var files: [String: String] = [:]
        for case .shown(_, let test, let file) in Self.checklist.entries {
            let source = try files[file] ?? text(of: "Tests/\(file)")
            files[file] = source
            #expect(source.contains("\"\(test)\""), "\(file) has no test \"\(test)\"")
        }
    }

    @Test("What it calls refused is refused by that name, and what works with it alone is nothing without it")
    func refused() throws {
        for case .refused(let key, let value, let name) in Self.checklist.entries {
            let plan = try #require(read(key, value).plan, "\(key) = \(value)")
            #expect(plan.notCarriedOut.map(\.what).contains("not carried out yet: `\(name)`"), "\(key) = \(value)")
        }
        let refused = Set(Self.checklist.entries.compactMap { if case .refused(let key, _, _) = $0 { key } else { nil } })
        for case .with(let keys, let other) in Self.checklist.entries {
            #expect(refused.contains(other), "\(keys) works with \(other), which is carried out")
        }
    }

    @Test("What it calls warned of is warned of with those words")
    func warned() {
        for case .warned(let key, let value, let part) in Self.checklist.entries {
            let told = read(key, value).problems.filter { $0.severity != .note && $0.place?.file == "--set" }
            #expect(told.contains { $0.what.contains(part) }, "\(key) = \(value): \(told)")
        }
    }

    @Test(
        "Old keys are warned of with advice",
        arguments: PlaybookKey.all.filter { if case .old = $0.status { true } else { false } }.map(\.path))
    func old(path: String) {
        let told = read(path, "1").problems.filter { $0.place?.file == "--set" }
        #expect(told.map(\.what) == ["an old key without effect"])
        #expect(told.first?.severity == .warning && told.first?.fix?.isEmpty == false)
    }

    /// `every-section.yaml` with a key set.
    private func read(_ key: String, _ value: String) -> PlaybookReading {
        let place = ManualTests.place(of: key)
        let options = PlaybookOptions(overrides: place.beside + [(place.key, value)], environment: ["HOME": "/home/me"])
        let sections = (try? text(of: "Tests/Fixtures/playbooks/every-section.yaml")) ?? ""
        return readPlaybook(path: "every-section.yaml", text: sections, options: options)
    }
}
