import FoundationEssentials
import Synchronization
import Vocabulary

/// The one ordered, durable log of a run: every event is a line here before anybody acts on it (law 1).
///
/// Appending takes a lock and one `write(2)`: what was appended outlives this process. What is to outlive the machine's loss of power is
/// brought to the disk at once, by a thread of its own: a slow disk keeps nobody waiting. Callers may be on any thread.
///
/// What a disk that is full does not take is kept, in order and without a torn line, until it does: the run goes on.
package final class EventLog: Sendable {
    private struct State {
        var file: OutputFile
        var nextSequence: Int
        /// Of whole lines, in the file.
        var length = 0
        /// What the disk has not taken, and why it has not.
        var waiting: [Piece] = []
        var why: ResultsError?
        /// What belongs together, while it is not all there; nil: each line is a piece of its own.
        var gathered: Piece?

        /// Writes what waits, as far as the disk takes it.
        mutating func write() {
            do throws(ResultsError) {
                while let piece = waiting.first {
                    try file.append(piece.lines)
                    length += piece.lines.count
                    waiting.removeFirst()
                    if piece.isDurable { file.synchronizeSoon() }
                }
                why = nil
            } catch {
                why = error
                try? file.truncate(to: length)
            }
        }
    }

    /// Whole lines that come into the file together or not at all.
    private struct Piece {
        var lines: [UInt8] = []
        var events = 0
        var isDurable = false

        mutating func add(_ line: [UInt8], durably: Bool) {
            lines += line
            events += 1
            isDurable = isDurable || durably
        }
    }

    package let path: String
    /// The controller's moment at which the run began: `mono_ns` counts from it.
    package let beginning: Moment
    private let state: Mutex<State>

    /// Begins a log in a file that must not exist yet.
    package init(path: String, beginning: Moment) throws {
        self.path = path
        self.beginning = beginning
        state = Mutex(State(file: try OutputFile(path, .createNew), nextSequence: 1))
    }

    /// Goes on with a log that another controller wrote; what it did not finish to write of its last line is cut off.
    package init(goingOnWith contents: EventLogContents, at path: String, beginning: Moment) throws {
        self.path = path
        self.beginning = beginning
        let file = try OutputFile(path, .appendTo)
        try file.truncate(to: contents.wholeBytes)
        state = Mutex(State(file: file, nextSequence: (contents.events.last?.sequence ?? 0) + 1, length: contents.wholeBytes))
    }

    /// Writes what happened at `moment` and returns it as it stands in the log; with `durably` it is on its way to the disk then.
    @discardableResult
    package func append(
        _ kind: EventKind, at moment: Moment, utcNanoseconds: Int64 = SystemClock.utcNanoseconds, durably: Bool = false
    ) throws -> Event {
        try state.withLock { state in
            let event = Event(
                sequence: state.nextSequence, utc: UTC.label(nanoseconds: utcNanoseconds), elapsed: moment - beginning, kind: kind)
            let line = try event.line()
            state.nextSequence += 1
            guard state.gathered == nil else {
                state.gathered?.add(line, durably: durably)
                return event
            }
            state.waiting.append(Piece(lines: line, events: 1, isDurable: durably))
            state.write()
            return event
        }
    }

    /// What `body` appends, and any other thread meanwhile, comes into the file by one `write(2)`: who reads it finds a decision whole, or none
    /// of it.
    package func together(_ body: () throws -> Void) rethrows {
        state.withLock { $0.gathered = Piece() }
        defer {
            state.withLock { state in
                if let piece = state.gathered, piece.events > 0 { state.waiting.append(piece) }
                state.gathered = nil
                state.write()
            }
        }
        try body()
    }

    /// How many events the disk has not taken, and why; nil where all are there.
    package var trouble: (missing: Int, why: ResultsError)? {
        state.withLock { state in state.why.map { (state.waiting.reduce(0) { $0 + $1.events }, $0) } }
    }

    /// What a log says, in order. A last line without its newline was never whole: it is left out.
    package static func read(_ path: String) throws -> [Event] { try EventLogContents(path: path).events }
}

/// A log as it was read: its whole lines.
package struct EventLogContents: Sendable {
    package let events: [Event]
    /// Up to the end of the last whole line.
    package let wholeBytes: Int

    package init(path: String) throws { try self.init(bytes: try readFile(path) ?? [], path: path) }

    /// Lines have to number themselves from 1 without gaps; a line in the middle that cannot be read is an error.
    package init(bytes: [UInt8], path: String) throws {
        var events: [Event] = []
        var begin = bytes.startIndex
        while let end = bytes[begin...].firstIndex(of: UInt8(ascii: "\n")) {
            do {
                let event = try Event(line: bytes[begin..<end])
                guard event.sequence == events.count + 1 else {
                    throw ResultsError.eventLog(path: path, line: events.count + 1, why: "it is number \(event.sequence)")
                }
                events.append(event)
            } catch let error as ResultsError {
                throw error
            } catch {
                throw ResultsError.eventLog(path: path, line: events.count + 1, why: Self.reason(error))
            }
            begin = end + 1
        }
        self.events = events
        wholeBytes = begin
    }

    static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.dataCorrupted(let context), DecodingError.keyNotFound(_, let context),
            DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            context.debugDescription
        default: "\(error)"
        }
    }
}
