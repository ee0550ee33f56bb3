import Foundation
import Results
import TestKit
import Testing
import Vocabulary

/// What another controller needs of the files that one left behind, whatever byte it was killed at.
@Suite struct TakingUpTests {
    private let start = Moment(nanoseconds: 5_000_000_000)

    @Test("A log that ends in a torn line is gone on with: the rest of that line goes, numbers have no gap")
    func tornLog() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/events.jsonl"
            let events = SampleRun.events(Array(SampleRun.kinds.prefix(4)))
            let whole = try events.flatMap { try $0.line() }
            for cut in [1, 2, 40, try events[3].line().count - 1, try events[3].line().count] {
                try Data(whole.dropLast(cut)).write(to: URL(filePath: path))
                let contents = try EventLogContents(path: path)
                #expect(contents.events == Array(events.prefix(3)))
                let log = try EventLog(goingOnWith: contents, at: path, beginning: start)
                let event = try log.append(.linkUp(AgentID(number: 2)), at: start + .seconds(9))
                #expect(event.sequence == 4)
                #expect(try EventLog.read(path) == Array(events.prefix(3)) + [event])
            }
        }
    }

    @Test("One has a run in hand at a time, the next one is told who, and may have it when that one is gone")
    func lock() async throws {
        try await withTemporaryFolder { folder in
            let control = RunFolder(path: folder.path).control
            try control.create()
            #expect(control.holder == nil)
            var lock: RunLock? = try RunLock(control)
            #expect(lock != nil && control.holder == Int(getpid()))
            let error = try #require(throws: ResultsError.self) { _ = try RunLock(control) }
            #expect("\(error)".contains("\(getpid())"))
            lock = nil
            #expect(control.holder == nil)
            _ = try RunLock(control)
        }
    }

    @Test("A live log is gone on with behind its last whole line; a line that comes again is known")
    func liveLog() async throws {
        try await withTemporaryFolder { folder in
            func line(_ number: UInt64, _ text: String = "a\tb") -> LiveLog.Line {
                .init(number: number, elapsed: .seconds(number), utc: "2026-11-25T04:30:12.123Z", level: "info", text: text)
            }
            var first = try LiveLog(folder: folder.path)
            for number in 1...3 as ClosedRange<UInt64> { #expect(try first.append(line(number))) }
            let path = folder.path + "/" + LiveLog.name
            let whole = try Data(contentsOf: URL(filePath: path))
            let length = whole.count / 3
            for cut in [0, 1, length / 2, length - 1] {
                try whole.dropLast(cut).write(to: URL(filePath: path))
                var next = try LiveLog(folder: folder.path)
                #expect(try !next.append(line(2)))
                #expect(try next.append(line(3)) == (cut > 0))
                #expect(try next.append(line(4, "new\nline")))
                var tail = LiveLog.Tail(folder: folder.path)
                let lines = try tail.next()
                #expect(lines.map(\.number) == [1, 2, 3, 4])
                #expect(lines.last?.text == "new line" && lines.first?.elapsed == .seconds(1))
                #expect(try tail.next().isEmpty)
            }
        }
    }
}
