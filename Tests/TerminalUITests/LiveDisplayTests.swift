import Foundation
import Results
import TerminalUI
import Testing
import Vocabulary

@Suite struct LiveDisplayTests {
    /// What a display writes while it is shown `sample`, and what went to its console log.
    private func shown(
        _ sample: Sample, isTerminal: Bool, columns: Int = 60, rows: Int = 30, finished: Bool = false
    ) throws -> (screen: String, log: String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("muster-display-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let screen = folder.appendingPathComponent("screen")
        try Data().write(to: screen)
        let file = try FileHandle(forWritingTo: screen)
        let display = LiveDisplay(
            .init(descriptor: file.fileDescriptor, isTerminal: isTerminal, color: false, columns: columns, rows: rows),
            console: try ConsoleLog(path: folder.path + "/console_log.txt"))
        var record = RunRecord()
        for event in sample.events {
            record.apply(event)
            display.show(event, record)
        }
        if finished { display.finish(record, directory: "/tmp/x") }
        return (
            try String(contentsOf: screen, encoding: .utf8),
            try String(contentsOfFile: folder.path + "/console_log.txt", encoding: .utf8)
        )
    }

    @Test("where there is no terminal, not one control sequence is written, and the log has the same lines")
    func pipe() throws {
        let (screen, log) = try shown(.degraded(), isTerminal: false, finished: true)
        #expect(!screen.contains("\u{1B}") && !screen.contains("\r"))
        #expect(screen == log)
        #expect(screen.hasSuffix("Agents seen gone: 2 of 3\nResults: /tmp/x\n"))
    }

    @Test("on a terminal the moving part stands once below what stays, as if it had never moved")
    func terminal() throws {
        let (bytes, log) = try shown(.executing(), isTerminal: true)
        let screen = PretendTerminal(columns: 60, bytes)
        let moving = frame(Sample.executing().record, columns: 60, color: false)
        #expect(Array(screen.lines.suffix(moving.count)) == moving)
        #expect(screen.lines.count { $0.contains("] 15/30s") } == 1)
        #expect(screen.lines.count { $0.contains("All 3 agents ready") } == 1)
        #expect(!screen.lines.contains { $0.contains("Waiting for agents… ") })
        #expect(log.contains("execute [==============>                ] 15/30s"))
    }

    @Test("at the end the last numbers stay and nothing moving is left")
    func finish() throws {
        let (bytes, _) = try shown(.degraded(), isTerminal: true, columns: 100, finished: true)
        let lines = PretendTerminal(columns: 100, bytes).lines
        #expect(lines.contains("  GET: 19882 ops/s, 19.4 MiB/s (mean: 95µs, p50: 96µs, p95: 135µs, p99: 190µs)"))
        #expect(lines.contains("DEGRADED 2/3 agents, 38.0s, exit 5"))
        #expect(lines.last == "Results: /tmp/x")
        #expect(!lines.contains { $0.hasPrefix("[") })
    }

    @Test("a window that is too low shows the beginning of the moving part, and still redraws it in place")
    func low() throws {
        let (bytes, _) = try shown(.losing(), isTerminal: true, columns: 100, rows: 4)
        let lines = PretendTerminal(columns: 100, bytes).lines
        #expect(Array(lines.suffix(3)) == Array(frame(Sample.losing().record, columns: 100, color: false).prefix(3)))
        #expect(lines.count { $0.hasPrefix("[") } == 1)
    }

    @Test("nothing is written when nothing that is shown has changed")
    func quiet() throws {
        var sample = Sample.executing()
        let before = try shown(sample, isTerminal: true).screen
        sample.add(.clockMeasured(Sample.agents[0], offset: .zero, bound: .zero), at: 20)
        #expect(try shown(sample, isTerminal: true).screen == before)
    }
}

/// As much of a terminal as the display needs: cursor up, carriage return, newline, erase to the line's and to the screen's end.
private struct PretendTerminal {
    private(set) var lines: [String] = []

    init(columns: Int, _ text: String) {
        var row = 0
        var rest = text[...]
        while let character = rest.first {
            if rest.hasPrefix("\u{1B}[") {
                let sequence = rest.dropFirst(2).prefix { !$0.isLetter }
                let letter = rest.dropFirst(2 + sequence.count).first
                rest = rest.dropFirst(3 + sequence.count)
                if letter == "A" { row -= Int(sequence) ?? 0 }
                if letter == "J", row < lines.count { lines.removeSubrange(row...) }
            } else if character == "\n" {
                row += 1
                rest = rest.dropFirst()
            } else if character == "\r" {
                rest = rest.dropFirst()
            } else {
                let line = rest.prefix { $0 != "\n" && $0 != "\u{1B}" && $0 != "\r" }
                while lines.count <= row { lines.append("") }
                lines[row] = String(line)
                rest = rest.dropFirst(line.count)
            }
        }
    }
}
