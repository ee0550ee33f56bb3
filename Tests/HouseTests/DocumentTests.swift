import Foundation
import TestKit
import Testing

@Suite("The house and its documents")
struct DocumentTests {
    @Test("Every module stands in docs/architecture.md")
    func modulesAreDescribed() throws {
        let text = try read("docs/architecture.md")
        let table = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        for module in try names(in: "Sources") {
            #expect(table.contains { $0.contains("`\(module)`") }, "docs/architecture.md has no sentence about \(module)")
        }
    }

    @Test("Every script says in its second line how it is called and what it does")
    func scriptsHaveHelp() throws {
        for script in try names(in: "scripts") where !script.hasSuffix(".d") {
            let lines = try read("scripts/\(script)").split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.first?.hasPrefix("#!") == true, "scripts/\(script) has no interpreter")
            #expect(lines.dropFirst().first?.hasPrefix("# scripts/\(script)") == true, "scripts/\(script) has no line of help")
            #expect(FileManager.default.isExecutableFile(atPath: Repository.path("scripts/\(script)")), "scripts/\(script)")
        }
    }

    @Test("Every playbook is named in the README or in docs")
    func playbooksAreNamed() throws {
        let documents = try (["README.md"] + names(in: "docs").filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }).map(read)
        for playbook in try names(in: "playbooks") where playbook.hasSuffix(".yaml") {
            #expect(documents.contains { $0.contains(playbook) }, "no document names playbooks/\(playbook)")
        }
    }

    @Test("Every dependency has a line in docs/decisions.md")
    func dependenciesAreJustified() throws {
        let decisions = try read("docs/decisions.md").lowercased()
        for match in try read("Package.swift").matches(of: /url: "https:\/\/github.com\/[\w-]+\/(?<name>[\w-]+)"/) {
            #expect(decisions.contains(match.output.name.lowercased()), "docs/decisions.md does not say what \(match.output.name) saves")
        }
    }

    @Test("The system's libraries each name the packages that scripts/install installs")
    func librariesAreInstallable() throws {
        for line in try read("Package.swift").split(separator: "\n") where line.contains(".systemLibrary(") {
            #expect(line.contains(/\.apt\(\[("[a-z0-9.+-]+"(, )?)+\]\)/), "\(line)")
        }
    }

    private func read(_ path: String) throws -> String { try String(contentsOfFile: Repository.path(path), encoding: .utf8) }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Repository.path(folder)).filter { !$0.hasPrefix(".") }.sorted()
    }
}
