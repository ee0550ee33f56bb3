import Synchronization
import Vocabulary

/// The one ordered, durable log of a run: every event is a line here before anybody acts on it (law 1).
///
/// Appending takes a lock and one `write(2)`; callers may be on any thread.
package final class EventLog: Sendable {
    private struct State {
        var file: OutputFile
        var nextSequence: Int
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

    /// Writes what happened at `moment` and returns it as it stands in the log; with `durably` it is on the disk then.
    @discardableResult
    package func append(
        _ kind: EventKind, at moment: Moment, utcNanoseconds: Int64 = SystemClock.utcNanoseconds, durably: Bool = false
    ) throws -> Event {
        try state.withLock { state in
            let event = Event(
                sequence: state.nextSequence, utc: UTC.label(nanoseconds: utcNanoseconds), elapsed: moment - beginning, kind: kind)
            try state.file.append(try event.line())
            if durably { try state.file.synchronize() }
            state.nextSequence += 1
            return event
        }
    }

    /// What a log says, in order. A last line without its newline was never whole: it is left out.
    package static func read(_ path: String) throws -> [Event] {
        let bytes = try readFile(path) ?? []
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        return try bytes[..<end].split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            do {
                return try Event(line: line)
            } catch {
                throw ResultsError.eventLog(path: path, line: index + 1, why: Self.reason(error))
            }
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.dataCorrupted(let context), DecodingError.keyNotFound(_, let context),
            DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            context.debugDescription
        default: "\(error)"
        }
    }
}
