import Foundation
import Results
import TestKit
import Testing

@Suite struct ResultIntakeTests {
    @Test(
        "a path that could lead out of the agent's folder is refused and writes nothing",
        arguments: [
            "", "/etc/x", "../x", "a/../../x", "a/..", "./x", "a//x", "a/", "/", "..", "a\u{0}b", "a\nb",
            String(repeating: "a/", count: 20) + "x", String(repeating: "n", count: 256),
        ])
    func hostilePaths(path: String) async throws {
        try await withTemporaryFolder { folder in
            let inside = folder.appendingPathComponent("in")
            try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
            let intake = try ResultIntake(folder: inside.path)
            #expect(throws: ResultsError.self) { try intake.place(path, offset: 0, [1]) }
            #expect(throws: ResultsError.self) { try intake.finish(path, size: 0) }
            #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path) == ["in"])
        }
    }

    @Test("links that are already there are not followed, neither as a folder nor as the file")
    func links() async throws {
        try await withTemporaryFolder { folder in
            let inside = folder.path + "/in"
            try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: URL(fileURLWithPath: folder.path + "/victim"))
            try FileManager.default.createSymbolicLink(atPath: inside + "/up", withDestinationPath: "..")
            try FileManager.default.createSymbolicLink(atPath: inside + "/soft", withDestinationPath: "../victim")
            try FileManager.default.linkItem(atPath: folder.path + "/victim", toPath: inside + "/hard")
            let intake = try ResultIntake(folder: inside)
            for path in ["up/victim", "up/new", "soft", "hard"] {
                #expect(throws: ResultsError.self) { try intake.place(path, offset: 0, [1, 2, 3]) }
            }
            #expect(try String(contentsOfFile: folder.path + "/victim", encoding: .utf8) == "precious")
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/new"))
        }
    }

    @Test("a transfer that was cut goes on where it stopped, and what comes twice changes nothing")
    func resume() async throws {
        try await withTemporaryFolder { folder in
            let first = try ResultIntake(folder: folder.path)
            try first.place("logs/a.txt", offset: 0, Array("hello ".utf8))
            let second = try ResultIntake(folder: folder.path)
            #expect(try second.size(of: "logs/a.txt") == 6)
            #expect(try second.size(of: "logs/b.txt") == 0)
            #expect(try second.size(of: "none/b.txt") == 0)
            try second.place("logs/a.txt", offset: 6, Array("world".utf8))
            try second.place("logs/a.txt", offset: 0, Array("hello ".utf8))
            try second.finish("logs/a.txt", size: 11)
            #expect(try String(contentsOfFile: folder.path + "/logs/a.txt", encoding: .utf8) == "hello world")
            #expect(second.files == 1)
            #expect(second.bytes == 11)
        }
    }

    @Test("an empty file is placed too, and a longer one of before is cut to its size")
    func finishing() async throws {
        try await withTemporaryFolder { folder in
            let intake = try ResultIntake(folder: folder.path)
            try intake.finish("empty", size: 0)
            try intake.place("short", offset: 0, [1, 2, 3, 4])
            try intake.finish("short", size: 2)
            #expect(try Data(contentsOf: folder.appendingPathComponent("empty")).isEmpty)
            #expect(try Data(contentsOf: folder.appendingPathComponent("short")) == Data([1, 2]))
        }
    }

    @Test("no agent brings more bytes, files or far offsets home than its folder may hold")
    func limits() async throws {
        try await withTemporaryFolder { folder in
            var limits = ResultIntake.Limits()
            limits.bytes = 10
            limits.files = 2
            let intake = try ResultIntake(folder: folder.path, limits: limits)
            try intake.place("a", offset: 0, [1, 2, 3, 4, 5, 6])
            #expect(throws: ResultsError.self) { try intake.place("b", offset: 0, [1, 2, 3, 4, 5]) }
            #expect(throws: ResultsError.self) { try intake.place("b", offset: 1 << 62, [1]) }
            #expect(throws: ResultsError.self) { try intake.place("b", offset: -1, [1]) }
            #expect(throws: ResultsError.self) { try intake.place("b", offset: .max, [1]) }
            try intake.place("b", offset: 0, [1])
            #expect(throws: ResultsError.self) { try intake.place("c", offset: 0, [1]) }
        }
    }

    @Test("what would leave the disk without room for the run itself is refused before it is written")
    func reserve() async throws {
        try await withTemporaryFolder { folder in
            var limits = ResultIntake.Limits()
            limits.reserve = 1 << 60
            let intake = try ResultIntake(folder: folder.path, limits: limits)
            #expect(throws: ResultsError.self) { try intake.place("a", offset: 0, [1]) }
            #expect(try Data(contentsOf: folder.appendingPathComponent("a")).isEmpty)
        }
    }

    @Test("a file does not become a folder, nor a folder a file")
    func conflicts() async throws {
        try await withTemporaryFolder { folder in
            let intake = try ResultIntake(folder: folder.path)
            try intake.place("a", offset: 0, [1])
            #expect(throws: ResultsError.self) { try intake.place("a/b", offset: 0, [1]) }
            try intake.place("d/e", offset: 0, [1])
            #expect(throws: ResultsError.self) { try intake.place("d", offset: 0, [1]) }
        }
    }
}
