import Carriers
import Link
import Results
import Vocabulary

/// Sends the agent's log file as it grows: from the disk, so that a link which is away, or slower than the log, costs no memory and
/// nobody waits, and nothing of it is lost.
struct LogTail: Sendable {
    /// Bytes of one message; the next follows when the one before has been dealt with, so that other messages find room.
    private static let chunk = 64 << 10

    private let path: String
    private let link: AgentLink
    /// Wall-clock nanoseconds at the moment 0 of the clock that the file's labels were made with.
    private let epochOfZero: Int64
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(path: String, link: AgentLink, epochOfZero: Int64) {
        self.path = path
        self.link = link
        self.epochOfZero = epochOfZero
        (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// The file has grown.
    func ring() { bell.yield() }

    /// Nothing more comes; `run` returns when the rest is sent.
    func end() { bell.finish() }

    /// Sends what is there and what comes, until `end` or a closed link.
    func run() async {
        var offset = 0
        var number: UInt64 = 0
        for await _ in bells { guard await send(from: &offset, &number) else { return } }
        _ = await send(from: &offset, &number)
    }

    /// False where the link is closed.
    private func send(from offset: inout Int, _ number: inout UInt64) async -> Bool {
        while let bytes = try? readFile(path, from: offset, limit: Self.chunk), let end = bytes.lastIndex(of: UInt8(ascii: "\n")) {
            var lines: [LogLine] = []
            for line in bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                number += 1
                lines.append(parse(String(decoding: line, as: UTF8.self), number))
            }
            do {
                try await link.send(.log(lines))
                offset += end + 1
                try await link.flush()
            } catch {
                return false
            }
        }
        return true
    }

    /// `2026-…Z info text`, as `line` writes it.
    private func parse(_ line: String, _ number: UInt64) -> LogLine {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let moment = UTC.nanoseconds(of: parts[0]), let level = LogLine.Level(named: parts[1]) else {
            return LogLine(moment: .zero, level: .info, text: line, number: number)
        }
        return LogLine(moment: Moment(nanoseconds: moment - epochOfZero), level: level, text: parts[2], number: number)
    }

    /// A line of the file, whatever is in the text.
    static func line(_ level: LogLine.Level, _ text: String, at moment: Moment, epochOfZero: Int64) -> String {
        let plain = String(text.prefix(lineLimit).map { $0.isNewline ? " " : $0 })
        return "\(UTC.label(nanoseconds: epochOfZero + moment.nanoseconds)) \(level) \(plain)"
    }

    /// Characters of one line; what is longer is cut, so that any line fits a chunk.
    private static let lineLimit = 8000
}

extension LogLine.Level {
    init?(named name: String) {
        guard let level = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = level
    }
}
