import Vocabulary

/// `agents/<id>/live_log.tsv`: an agent's log as it came while it ran, in order and each line once, with the time corrected to the
/// controller's clock. A line: number, nanoseconds since the run began, UTC label, level, text.
package struct LiveLog {
    package static let name = "live_log.tsv"

    /// One line of it.
    package struct Line: Sendable, Equatable {
        package var number: UInt64
        package var elapsed: Duration
        package var utc: String
        package var level: String
        package var text: String

        package init(number: UInt64, elapsed: Duration, utc: String, level: String, text: String) {
            self.number = number
            self.elapsed = elapsed
            self.utc = utc
            self.level = level
            self.text = text
        }

        init?(_ line: some Sequence<UInt8>) {
            let parts = String(decoding: Array(line), as: UTF8.self).split(separator: "\t", maxSplits: 4, omittingEmptySubsequences: false)
            guard parts.count == 5, let number = UInt64(parts[0]), let elapsed = Int64(parts[1]) else { return nil }
            self.init(
                number: number, elapsed: .nanoseconds(elapsed), utc: String(parts[2]), level: String(parts[3]), text: String(parts[4]))
        }
    }

    private let file: OutputFile
    private var last: UInt64 = 0

    /// Goes on with the file where there is one; a last line that is not whole is cut off.
    package init(folder: String) throws(ResultsError) {
        try makeFolders(folder)
        let path = "\(folder)/\(Self.name)"
        let bytes = try readFile(path) ?? []
        let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        file = try OutputFile(path, .appendTo)
        try file.truncate(to: whole)
        let end = bytes[..<max(0, whole - 1)]
        let begin = end.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        if let line = Line(end[begin...]) { last = line.number }
    }

    /// Adds a line; false for one that is there already.
    package mutating func append(_ line: Line) throws(ResultsError) -> Bool {
        guard line.number > last else { return false }
        last = line.number
        try file.append("\(line.number)\t\(line.elapsed.wholeNanoseconds)\t\(line.utc)\t\(line.level)\t\(oneLine(line.text))\n")
        return true
    }

    /// Reads such a file while it grows: each call gives the lines that have come since the last.
    package struct Tail {
        private let path: String
        private var offset = 0

        package init(folder: String) { path = "\(folder)/\(LiveLog.name)" }

        package mutating func next() throws(ResultsError) -> [Line] {
            let bytes = try readFile(path, from: offset)
            guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
            offset += end + 1
            return bytes[..<end].split(separator: UInt8(ascii: "\n")).compactMap { Line($0) }
        }
    }
}
