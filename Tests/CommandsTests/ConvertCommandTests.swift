import ArgumentParser
import Foundation
import TestKit
import Testing

@testable import Commands

@Suite struct ConvertCommandTests {
    private static let old = "target: file:///d/\nworkload: [{op: list, path: x/}]\n"

    @Test("A playbook is replaced as a whole, keeps its mode, and stands beside as it was, however often")
    func replaced() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("old.yaml").path
            for backup in ["old.yaml.bak", "old.yaml.bak.1"] {
                try Self.old.write(toFile: file, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
                try ConvertCommand.parse(["--config", file]).run()
                let kept = folder.appendingPathComponent(backup).path
                #expect(try String(contentsOfFile: kept, encoding: .utf8) == Self.old)
                #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix(Self.old + "\ndistributed:\n"))
                #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o640)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
        }
    }

    @Test("Nothing is written with --dry-run, of what is converted already, and of what does not check; the others still are")
    func untouched() async throws {
        try await withTemporaryFolder { folder in
            let (good, bad) = (folder.appendingPathComponent("good.yaml").path, folder.appendingPathComponent("bad.yaml").path)
            try Self.old.write(toFile: good, atomically: true, encoding: .utf8)
            try (Self.old + "concurency: 1\n").write(toFile: bad, atomically: true, encoding: .utf8)
            try ConvertCommand.parse(["--files", good, "--dry-run"]).run()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["bad.yaml", "good.yaml"])
            #expect(throws: ExitCode(3)) { try ConvertCommand.parse(["--files", bad, folder.path + "/none.yaml", good]).run() }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["bad.yaml", "good.yaml", "good.yaml.bak"])
            try ConvertCommand.parse(["--config", good]).run()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
            try ConvertCommand.parse(["--config", bad, "--no-validate"]).run()
            #expect(try String(contentsOfFile: bad, encoding: .utf8).contains("  stages:\n"))
        }
    }
}
