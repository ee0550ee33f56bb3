import Synchronization

/// `console_log.txt`: everything that a person saw of the run, as plain lines.
///
/// Callers may be on any thread. A line that cannot be written is counted: the run goes on, and says so at its end.
package final class ConsoleLog: Sendable {
    private struct State {
        var file: OutputFile
        var dropped = 0
    }

    private let state: Mutex<State>

    package init(path: String) throws(ResultsError) { state = Mutex(State(file: try OutputFile(path, .appendTo))) }

    package func append(_ line: String) {
        state.withLock { state in
            do { try state.file.append(line + "\n") } catch { state.dropped += 1 }
        }
    }

    /// Lines that could not be written.
    package var dropped: Int { state.withLock { $0.dropped } }
}
