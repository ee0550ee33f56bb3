import Foundation
import TestKit
import Testing

@testable import Workloads

@Suite("Sorting operation logs")
struct LogSortTests {
    @Test(
        "A sorted log has every line once, in the order of time, however little memory there is",
        arguments: [(1 << 30, "a.tsv", "all.tsv"), (20_000, "a.tsv", "all.tsv.zst"), (2_000, "a.tsv.zst", "all.tsv")])
    func sorts(memory: Int, name: String, result: String) async throws {
        try await withTemporaryFolder("muster-sort") { folder in
            var lines: [String] = []
            var paths: [String] = []
            for file in 0..<3 {
                let path = "\(folder.path)/\(file)-\(name)"
                let output = try LogOutput(path)
                try output.add(Array("idx\tstart\tend".utf8))
                for number in 0..<700 {
                    // Each moment comes several times, in all files.
                    let second = (number * 37 + file * 11) % 60
                    let line = "\(file)-\(number)\t2026-11-25T04:30:\(second < 10 ? "0" : "")\(second).\(number % 3)Z\tx"
                    lines.append(line)
                    try output.add(Array(line.utf8))
                }
                try output.finish()
                paths.append(path)
            }
            var sort = LogSort(into: "\(folder.path)/\(result)", memory: memory)
            let outcome = try sort.sort(paths)
            #expect(outcome.lines == 2100)
            #expect((outcome.parts > 64) == (memory == 2_000) && (outcome.parts > 0) == (memory < 1 << 30))
            let sorted = try read("\(folder.path)/\(result)")
            #expect(sorted.first == "idx\tstart\tend")
            let expected = lines.enumerated().sorted { (time($0.element), $0.offset) < (time($1.element), $1.offset) }.map(\.element)
            #expect(Array(sorted.dropFirst()) == expected)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 4, "no part is left")
        }
    }

    @Test(
        "What is no log is named with file and line, and no result is left",
        arguments: ["idx\tend\n1\t2\n", "idx\tstart\n1\tnoon\n", ""])
    func refusesOthers(text: String) async throws {
        try await withTemporaryFolder("muster-sort") { folder in
            let path = "\(folder.path)/log"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            var sort = LogSort(into: "\(folder.path)/all")
            let error = #expect(throws: LogSort.Failure.self) { try sort.sort([path]) }
            #expect(error.map { "\($0)" }?.hasPrefix("\(path), line ") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["log"])
        }
    }

    @Test(
        "Times are read to the nanosecond",
        arguments: [
            ("2026-11-25T04:30:12Z", 0), ("2026-11-25T04:30:12.5Z", 500_000_000), ("2026-11-25T04:30:12.0000000019Z", 1),
        ])
    func readsTimes(text: String, fraction: Int64) {
        #expect(LogTime.nanoseconds(Array(text.utf8)[...]) == 1_795_581_012 * 1_000_000_000 + fraction)
        #expect(LogTime.nanoseconds(Array(text.dropLast().utf8)[...]) == nil)
    }

    private func read(_ path: String) throws -> [String] {
        let lines = try LogLines(path)
        var all: [String] = []
        while let line = try lines.next() { all.append(String(decoding: line, as: UTF8.self)) }
        return all
    }

    private func time(_ line: String) -> Substring { line.split(separator: "\t")[1] }
}
