@testable import Agent
import Foundation
import Link
import TestKit
import Testing

@Suite struct ResultFilesTests {
    @Test("What the process wrote to standard error goes home with the results, where it wrote anything", arguments: ["", "trouble\n"])
    func processLog(text: String) async throws {
        try await withTemporaryFolder { folder in
            let results = folder.appendingPathComponent("results")
            try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
            try Data("numbers".utf8).write(to: results.appendingPathComponent("a.tsv"))
            let log = folder.appendingPathComponent("agent.log").path
            try Data(text.utf8).write(to: URL(fileURLWithPath: log))
            var sent: [String: String] = [:]
            var end: Report?
            let unreadable = try await ResultFiles(directory: results.path, processLog: log).send { report in
                if case .file(let piece) = report { sent[piece.path] = String(decoding: piece.bytes, as: UTF8.self) } else { end = report }
            }
            #expect(unreadable == [])
            #expect(sent == ["a.tsv": "numbers"].merging(text.isEmpty ? [:] : ["process.log": text]) { $1 })
            #expect(end == .resultsEnd(files: sent.count, bytes: UInt64(7 + text.utf8.count)))
        }
    }
}
