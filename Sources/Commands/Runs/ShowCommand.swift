import ArgumentParser
import FoundationEssentials
import Results
import TerminalUI
import Vocabulary

/// `muster show RUN`: a run's event log, played again.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Play a run's event log again: its events in order, or how it stood at any second.")

    @OptionGroup var input: RunArgument

    @Option(help: ArgumentHelp("How the run stood so many seconds after it began.", valueName: "seconds"))
    var at: Double?

    @Option(help: ArgumentHelp("Only events about this agent.", valueName: "id"))
    var agent: String?

    @Flag(help: "The figures of each interval, too.")
    var intervals = false

    func run() throws {
        let events = try EventLog.read(try input.folder().eventsPath)
        if let at {
            let until = events.prefix { $0.elapsed.inSeconds <= at }
            return Console.output(RecordText(RunRecord(events: until)).lines.joined(separator: "\n"))
        }
        for event in events where agent == nil || event.kind.agent?.text == agent {
            if case .interval = event.kind, !intervals { continue }
            Console.output(Self.line(event))
        }
    }

    /// Seconds, kind, agent, stage and what the event says besides.
    private static func line(_ event: Event) -> String {
        let about = [event.kind.agent?.text, event.kind.stage.map { "stage \($0)" }].compactMap { $0 }.joined(separator: " ")
        let time = fixed(event.elapsed.inSeconds, decimals: 3)
        let said = event.details
        return "\(String(repeating: " ", count: max(0, 9 - time.count)))\(time)  \(event.kind.name)"
            + (about.isEmpty ? "" : "  \(about)") + (said.isEmpty ? "" : "  \(said)")
    }
}
