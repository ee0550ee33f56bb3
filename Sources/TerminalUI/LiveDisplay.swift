import CLinux
import Glibc
import Results
import Synchronization
import Vocabulary

/// Shows a run on a file descriptor while it goes: on a terminal the lines that stay and below them a part that is redrawn in place,
/// elsewhere lines alone. Everything that stays goes to the console log too, plain.
///
/// Callers may be on any thread; nothing is drawn that has not changed.
package final class LiveDisplay: Sendable {
    /// Where and how it is shown.
    package struct Screen: Sendable {
        package var descriptor: Int32
        package var isTerminal: Bool
        package var color: Bool
        /// nil: as wide as the terminal is at that moment, or 80.
        package var columns: Int?
        /// nil: as high as the terminal is at that moment, or 24.
        package var rows: Int?

        package init(descriptor: Int32, isTerminal: Bool, color: Bool, columns: Int? = nil, rows: Int? = nil) {
            self.rows = rows
            self.descriptor = descriptor
            self.isTerminal = isTerminal
            self.color = color
            self.columns = columns
        }

        /// What the descriptor and the environment say: `NO_COLOR` and `TERM=dumb` are heeded.
        package static func system(_ descriptor: Int32 = STDERR_FILENO) -> Screen {
            let term = getenv("TERM").map { String(cString: $0) } ?? "dumb"
            let noColor = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
            let isTerminal = isatty(descriptor) == 1 && term != "dumb"
            return Screen(descriptor: descriptor, isTerminal: isTerminal, color: isTerminal && !noColor)
        }

        var width: Int { columns ?? windowSize.map { Int($0.ws_col) } ?? 80 }

        /// Lines that can be redrawn: what has scrolled away at the top cannot.
        var height: Int { max(1, (rows ?? windowSize.map { Int($0.ws_row) } ?? 24) - 1) }

        private var windowSize: winsize? {
            var size = winsize()
            guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
            return size
        }
    }

    private struct State {
        var steady = SteadyLines()
        /// The redrawn part as it stands on the screen.
        var drawn: [String] = []
        var console: ConsoleLog?
    }

    private let screen: Screen
    private let state: Mutex<State>

    package init(_ screen: Screen = .system(), console: ConsoleLog? = nil) {
        self.screen = screen
        state = Mutex(State(console: console))
    }

    /// From here on, lines that stay go to this log as well.
    package func tee(to console: ConsoleLog) { state.withLock { $0.console = console } }

    /// Shows what an event changed; `record` has taken it in already.
    package func show(_ event: Event, _ record: RunRecord) {
        state.withLock { state in
            let lines = state.steady.styled(for: event, record)
            let progress = state.steady.progress(for: event, record).map { StyledLine($0, .faint) }
            for line in lines + progress { state.console?.append(line.plain) }
            put(screen.isTerminal ? lines : lines + progress, frame: record, &state)
        }
    }

    /// Prints a line that stays, above what is redrawn.
    package func print(_ line: String) {
        state.withLock { state in
            let line = StyledLine(line)
            state.console?.append(line.plain)
            draw(rendered(line), state.drawn, &state)
        }
    }

    /// Prints the summary; nothing is redrawn after it.
    package func finish(_ record: RunRecord, directory: String?) {
        state.withLock { state in
            let summary = Summary(record: record, directory: directory).lines
            for line in summary { state.console?.append(line.plain) }
            draw(summary.flatMap { rendered($0) }, [], &state)
        }
    }

    private func put(_ lines: [StyledLine], frame record: RunRecord, _ state: inout State) {
        let whole = screen.isTerminal ? frame(record, columns: screen.width, color: screen.color) : []
        let frame = Array(whole.prefix(screen.height))
        guard !lines.isEmpty || frame != state.drawn else { return }
        draw(lines.flatMap { rendered($0) }, frame, &state)
    }

    /// Lines that stay are broken for a terminal only: what reads a pipe wants them whole.
    private func rendered(_ line: StyledLine) -> [String] {
        screen.isTerminal ? line.rendered(columns: screen.width, color: screen.color) : [line.plain]
    }

    /// One write: up to the first redrawn line, the new lines that stay, the new frame, and away with what was below.
    private func draw(_ lines: [String], _ frame: [String], _ state: inout State) {
        guard screen.isTerminal else {
            if !lines.isEmpty { write(lines.joined(separator: "\n") + "\n") }
            return
        }
        let columns = max(1, screen.width)
        // A terminal that became narrower has broken what stood there into more rows.
        let rows = state.drawn.reduce(0) { $0 + max(1, (visibleWidth($1) + columns - 1) / columns) }
        var text = rows > 0 ? "\u{1B}[\(rows)A\r" : ""
        for line in lines + frame { text += line + "\u{1B}[K\n" }
        text += "\u{1B}[J"
        state.drawn = frame
        write(text)
    }

    /// What a broken terminal does not take is lost: the run does not end for it.
    private func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(screen.descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count == 0 || errno != EINTR {
                return
            }
        }
    }
}

/// The columns of a line without its colour sequences.
private func visibleWidth(_ line: String) -> Int {
    var visible = ""
    var inSequence = false
    for character in line {
        if character == "\u{1B}" {
            inSequence = true
        } else if inSequence {
            inSequence = character != "m"
        } else {
            visible.append(character)
        }
    }
    return width(of: visible)
}
