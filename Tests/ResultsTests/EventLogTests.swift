import Foundation
import Results
import TestKit
import Testing
import Vocabulary

@Suite struct EventLogTests {
    private let start = Moment(nanoseconds: 5_000_000_000)

    @Test("what is appended is read back in order, numbered from 1, timed from the run's beginning")
    func appendAndRead() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/events.jsonl"
            let log = try EventLog(path: path, beginning: start)
            let kinds = SampleRun.kinds
            for (index, kind) in kinds.enumerated() {
                let event = try log.append(kind, at: start + .seconds(index), durably: index == 0)
                #expect(event.sequence == index + 1)
                #expect(event.elapsed == .seconds(index))
                // Before it is acted on, it is there for others to read.
                #expect(try EventLog.read(path).last == event)
            }
            #expect(try EventLog.read(path).map(\.kind) == kinds)
        }
    }

    @Test("a torn last line is left out, whatever byte it was cut at")
    func tornLine() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/events.jsonl"
            let events = SampleRun.events(Array(SampleRun.kinds.prefix(3)))
            let whole = try events.flatMap { try $0.line() }
            let last = try events[2].line().count
            for cut in 1...last {
                try Data(whole.dropLast(cut)).write(to: URL(fileURLWithPath: path))
                #expect(try EventLog.read(path) == Array(events.prefix(2)))
            }
        }
    }

    @Test("a broken line in the middle is an error that names file and line")
    func brokenMiddle() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/events.jsonl"
            let lines = try SampleRun.events().map { try $0.line() }
            try Data(lines[0] + Array("{}\n".utf8) + lines[1]).write(to: URL(fileURLWithPath: path))
            let error = try #require(throws: ResultsError.self) { try EventLog.read(path) }
            #expect("\(error)".contains("\(path), line 2"))
        }
    }

    @Test("a log is never begun in a file that exists, and no file is an empty log")
    func existing() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/events.jsonl"
            #expect(try EventLog.read(path).isEmpty)
            _ = try EventLog(path: path, beginning: start)
            #expect(throws: ResultsError.self) { try EventLog(path: path, beginning: start) }
        }
    }

    @Test("what belongs together comes into the file at once, or not at all")
    func together() async throws {
        try await withTemporaryFolder { folder in
            let log = try EventLog(path: folder.path + "/events.jsonl", beginning: start)
            let kinds = SampleRun.kinds
            try log.append(kinds[0], at: start)
            try log.together {
                for kind in kinds[1...] {
                    try log.append(kind, at: start)
                    #expect(try EventLog.read(log.path).count == 1)
                }
            }
            #expect(try EventLog.read(log.path).map(\.kind) == kinds)
            log.together {}
            try log.append(kinds[1], at: start)
            #expect(try EventLog.read(log.path).map(\.sequence) == Array(1...kinds.count + 1))
        }
    }

    @Test("lines of many threads at once do not mix, and no number is missing")
    func manyThreads() async throws {
        try await withTemporaryFolder { folder in
            let log = try EventLog(path: folder.path + "/events.jsonl", beginning: start)
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask { for _ in 0..<50 { try log.append(.linkUp(AgentID(number: 1)), at: start) } }
                }
                try await group.waitForAll()
            }
            #expect(try EventLog.read(log.path).map(\.sequence) == Array(1...400))
        }
    }
}
