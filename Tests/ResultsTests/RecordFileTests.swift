import Foundation
import Results
import TestKit
import Testing

@Suite struct RecordFileTests {
    @Test("records are read back, and a torn tail of any length costs only the last one")
    func tornTail() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/records.bin"
            let records: [[UInt8]] = [[1, 2, 3], [], [4, 5, 6, 7]]
            let writer = try RecordFile.Writer(path)
            for record in records { try writer.append(record) }
            #expect(try RecordFile.read(path) == records)
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            for cut in 1...8 {
                try whole.dropLast(cut).write(to: URL(fileURLWithPath: path))
                #expect(try RecordFile.read(path) == Array(records.prefix(2)))
            }
        }
    }

    @Test("no file, and one of which only the beginning was written, hold no records")
    func nothing() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/records.bin"
            #expect(try RecordFile.read(path).isEmpty)
            try Data("MUST".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try RecordFile.read(path).isEmpty)
        }
    }

    @Test("another file and a length that cannot be are refused")
    func garbage() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/records.bin"
            for text in ["#!/bin/sh\nexit 0\n", "MUSTREC1\u{7f}\u{7f}\u{7f}\u{7f}"] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                #expect(throws: ResultsError.self) { try RecordFile.read(path) }
            }
        }
    }
}
