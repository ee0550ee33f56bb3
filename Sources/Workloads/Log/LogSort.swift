import Glibc
import Vocabulary

/// Sorts operation logs by the moments at which their operations began, whatever their size: parts that fit in memory are sorted and laid
/// down beside the result, and then merged.
///
/// Lines of one moment keep their order, file after file.
package struct LogSort {
    package enum Failure: Error, CustomStringConvertible {
        case reading(LogLines.Failure)
        case notALog(path: String, line: Int, why: String)
        case differentColumns(path: String, than: String)
        case writing(path: String, why: String)

        package var description: String {
            switch self {
            case .reading(let why): "\(why)"
            case .notALog(let path, let line, let why):
                "\(path), line \(line): \(why)\n  fix: give logs with a line of names first, among them `start`, and times like 2026-11-25T04:30:12.123456789Z"
            case .differentColumns(let path, let other): "\(path) has other columns than \(other)\n  fix: sort them one by one"
            case .writing(let path, let why): "cannot write \(path): \(why)"
            }
        }
    }

    /// What a sort has done.
    package struct Outcome: Sendable {
        package var lines = 0
        /// Parts that were laid down and merged; 0 where all fitted in memory.
        package var parts = 0
    }

    /// Parts that are merged at once.
    private static let fanIn = 64

    private let result: String
    private let memory: Int
    private var parts: [String] = []
    private var made = 0
    private var heading: (line: [UInt8], start: Int, path: String)?
    private var outcome = Outcome()

    /// `result`: compressed where it ends in `.zst`. `memory`: bytes of lines that are sorted at once.
    package init(into result: String, memory: Int = 256 << 20) {
        self.result = result
        self.memory = memory
    }

    package mutating func sort(_ paths: [String]) throws(Failure) -> Outcome {
        defer { for part in parts { unlink(part) } }
        var batch = LineBatch()
        for path in paths {
            let lines = try reader(path)
            try takeHeading(lines, path)
            var number = 1
            while let line = try next(lines) {
                number += 1
                guard let moment = moment(of: line) else {
                    throw .notALog(path: path, line: number, why: "no moment in the column `start`")
                }
                batch.add(line, moment)
                outcome.lines += 1
                if batch.size >= memory { try layDown(&batch) }
            }
        }
        if parts.isEmpty {
            let output = try newOutput(result, withHeading: true)
            for line in batch.sorted { try output.add(line) }
            try output.finish()
        } else {
            if batch.size > 0 { try layDown(&batch) }
            outcome.parts = parts.count
            try mergeAll()
        }
        return outcome
    }

    // MARK: Parts

    private mutating func layDown(_ batch: inout LineBatch) throws(Failure) {
        let sorted = batch.sorted
        batch = LineBatch()
        let output = try newOutput(newPart(), withHeading: false)
        for line in sorted { try output.add(line) }
        try output.finish()
    }

    private mutating func newPart() -> String {
        made += 1
        let path = "\(result).part-\(getpid())-\(made).zst"
        parts.append(path)
        return path
    }

    /// Merges the first parts until as few are left as are merged at once, then those into the result. Earlier parts stand first, so that
    /// equal lines keep their order.
    private mutating func mergeAll() throws(Failure) {
        while parts.count > Self.fanIn {
            var round: [String] = []
            let old = parts
            for begin in stride(from: 0, to: old.count, by: Self.fanIn) {
                let group = Array(old[begin..<min(old.count, begin + Self.fanIn)])
                let path = newPart()
                try merge(group, into: path, withHeading: false)
                for part in group { unlink(part) }
                round.append(path)
            }
            parts = round
        }
        try merge(parts, into: result, withHeading: true)
    }

    private func merge(_ paths: [String], into path: String, withHeading: Bool) throws(Failure) {
        var readers: [LogLines] = []
        for part in paths { readers.append(try reader(part)) }
        var heads: [(moment: Int64, line: [UInt8])?] = []
        for lines in readers { heads.append(try head(lines)) }
        let output = try newOutput(path, withHeading: withHeading)
        while let (place, line) = Self.least(heads) {
            try output.add(line)
            heads[place] = try head(readers[place])
        }
        try output.finish()
    }

    /// The earliest line; of several the first file's.
    private static func least(_ heads: [(moment: Int64, line: [UInt8])?]) -> (place: Int, line: [UInt8])? {
        var best: (place: Int, moment: Int64, line: [UInt8])?
        for (place, head) in heads.enumerated() {
            guard let head else { continue }
            if let best, best.moment <= head.moment { continue }
            best = (place, head.moment, head.line)
        }
        return best.map { ($0.place, $0.line) }
    }

    private func head(_ lines: LogLines) throws(Failure) -> (moment: Int64, line: [UInt8])? {
        guard let line = try next(lines) else { return nil }
        return (moment(of: line) ?? 0, Array(line))
    }

    // MARK: Lines

    private func reader(_ path: String) throws(Failure) -> LogLines {
        do { return try LogLines(path) } catch { throw .reading(error) }
    }

    private func next(_ lines: LogLines) throws(Failure) -> ArraySlice<UInt8>? {
        do { return try lines.next() } catch { throw .reading(error) }
    }

    private mutating func takeHeading(_ lines: LogLines, _ path: String) throws(Failure) {
        guard let line = try next(lines) else { throw .notALog(path: path, line: 1, why: "it is empty") }
        let names = line.split(separator: LogTime.tab, omittingEmptySubsequences: false)
        guard let start = names.firstIndex(where: { $0.elementsEqual("start".utf8) }) else {
            throw .notALog(path: path, line: 1, why: "no column `start`")
        }
        if let known = heading {
            guard known.line.elementsEqual(line) else { throw .differentColumns(path: path, than: known.path) }
        } else {
            heading = (Array(line), start, path)
        }
    }

    private func moment(of line: ArraySlice<UInt8>) -> Int64? {
        var column = heading?.start ?? 0
        var begin = line.startIndex
        while column > 0 {
            guard let tab = line[begin...].firstIndex(of: LogTime.tab) else { return nil }
            begin = tab + 1
            column -= 1
        }
        return LogTime.nanoseconds(line[begin...].prefix { $0 != LogTime.tab })
    }

    private func newOutput(_ path: String, withHeading: Bool) throws(Failure) -> LogOutput {
        let output = try LogOutput(path)
        if withHeading, let heading { try output.add(heading.line) }
        return output
    }
}

/// Lines in memory, to be sorted by their moments.
private struct LineBatch {
    private var lines: [(moment: Int64, line: [UInt8])] = []
    /// About the memory that they take.
    private(set) var size = 0

    mutating func add(_ line: ArraySlice<UInt8>, _ moment: Int64) {
        lines.append((moment, Array(line)))
        size += line.count + 64
    }

    /// Swift's sort is stable, though its documentation does not say so; the places make sure of it.
    var sorted: [[UInt8]] {
        lines.indices.sorted { (lines[$0].moment, $0) < (lines[$1].moment, $1) }.map { lines[$0].line }
    }
}
