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
        /// Lines that the disk has not taken, and why it has not.
        var waiting: [[UInt8]] = []
        var why: ResultsError?
        /// What is appended stays in `waiting` until all that belongs together is there.
        var isGathering = false
        var isDurable = false

        /// Writes what waits in one call, if the disk takes it.
        mutating func write() {
            guard !isGathering, !waiting.isEmpty else { return }
            let lines = Array(waiting.joined())
            do throws(ResultsError) {
                try file.append(lines)
                length += lines.count
                waiting = []
                why = nil
                if isDurable { file.synchronizeSoon() }
                isDurable = false
            } catch {
                why = error
                try? file.truncate(to: length)
            }
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
            state.waiting.append(try event.line())
            state.nextSequence += 1
            if durably { state.isDurable = true }
            state.write()
            return event
        }
    }

    /// What `body` appends comes into the file by one `write(2)`: another controller finds a decision whole, or none of it.
    package func together(_ body: () -> Void) {
        state.withLock { $0.isGathering = true }
        body()
        state.withLock { state in
            state.isGathering = false
            state.write()
        }
    }

    /// How many events the disk has not taken, and why; nil where all are there.
    package var trouble: (missing: Int, why: ResultsError)? {
        state.withLock { state in state.why.map { (state.waiting.count, $0) } }
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
