import Plans
import Storage
import Vocabulary

/// One operation of a trace.
struct TraceOperation: Sendable {
    var kind: OperationKind
    var uri: String
    var bytes: Int64
    /// Since 1970.
    var start: Int64
    /// How long it took in the trace; nil where it does not say.
    var nanoseconds: Int64?
    /// It succeeded in the trace.
    var succeeded: Bool
}

/// Reads the operations of a sorted log, one after the other, and gives them other places where it is told to.
///
/// Columns are found by their names, so that logs of other programs with these columns do too: `op`, `start`, `file`, and where there are
/// any `bytes`, `endpoint`, `error`, `duration_ns`.
struct ReplaySource {
    /// Earlier operations than the one before are taken as they come within this; beyond it the log is not sorted.
    private static let disorder: Int64 = 1_000_000_000

    private let path: String
    private let lines: LogLines
    private let remaps: [ReplayWork.Remap]
    private var columns: [String: Int] = [:]
    private var line = 1
    private var latest = Int64.min

    init(_ path: String, remaps: [ReplayWork.Remap]) throws(Replay.Failure) {
        self.path = path
        self.remaps = remaps
        do { lines = try LogLines(path) } catch { throw .reading(error) }
        guard let heading = try nextLine() else { throw .notALog(path: path, line: 1, why: "it is empty") }
        for (place, name) in Self.fields(heading).enumerated() { columns[name] = place }
        for name in ["op", "start", "file"] where columns[name] == nil {
            throw .notALog(path: path, line: 1, why: "no column `\(name)`")
        }
    }

    /// nil at the end.
    mutating func next() throws(Replay.Failure) -> TraceOperation? {
        guard let text = try nextLine() else { return nil }
        line += 1
        let fields = Self.fields(text)
        func field(_ name: String) -> String? { columns[name].flatMap { $0 < fields.count ? fields[$0] : nil } }
        guard let word = field("op"), let kind = Self.kind(word) else {
            throw .notALog(path: path, line: line, why: "no operation that is known: \(field("op") ?? "")")
        }
        guard let start = LogTime.nanoseconds(Array((field("start") ?? "").utf8)[...]) else {
            throw .notALog(path: path, line: line, why: "no moment in the column `start`")
        }
        guard latest == .min || start >= latest - Self.disorder else { throw .notSorted(path: path, line: line) }
        latest = max(latest, start)
        let uri = mapped(Self.uri(endpoint: Self.plain(field("endpoint") ?? ""), file: Self.plain(field("file") ?? "")))
        return TraceOperation(
            kind: kind, uri: uri, bytes: field("bytes").flatMap { Int64($0) } ?? 0, start: start,
            nanoseconds: field("duration_ns").flatMap { Int64($0) }, succeeded: (field("error") ?? "").isEmpty)
    }

    private func nextLine() throws(Replay.Failure) -> String? {
        do { return try lines.next().map { String(decoding: $0, as: UTF8.self) } } catch { throw .reading(error) }
    }

    private func mapped(_ uri: String) -> String {
        for remap in remaps where uri.hasPrefix(remap.from) { return remap.to + uri.dropFirst(remap.from.count) }
        return uri
    }

    private static func fields(_ line: String) -> [String] {
        line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }

    private static func kind(_ word: String) -> OperationKind? {
        let word = word.uppercased()
        // Other programs' word for a look at an object.
        return word == "HEAD" ? .stat : OperationKind.allCases.first { $0.label == word }
    }

    private static func uri(endpoint: String, file: String) -> String {
        if file.contains("://") || endpoint.isEmpty { return file }
        return endpoint.hasSuffix("/") || file.hasPrefix("/") ? endpoint + file : "\(endpoint)/\(file)"
    }

    /// A text without the escapes that keep it on one line.
    private static func plain(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                result.append(character == "t" ? "\t" : character == "n" ? "\n" : character == "r" ? "\r" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}
