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

    @Flag(help: "Compare run.json with what the log tells; exit 1 where they differ.")
    var check = false

    func run() throws {
        let folder = try input.folder()
        let events = try EventLog.read(folder.eventsPath)
        if check { return try compare(RunRecord(events: events), folder) }
        if let at {
            let until = events.prefix { $0.elapsed.inSeconds <= at }
            return Console.output(RecordText(RunRecord(events: until)).lines.joined(separator: "\n"))
        }
        for event in events where agent == nil || event.kind.agent?.text == agent {
            if case .interval = event.kind, !intervals { continue }
            Console.output(Self.line(event))
        }
    }

    private func compare(_ record: RunRecord, _ folder: RunFolder) throws {
        guard let kept = try readFile("\(folder.path)/run.json") else { throw ValidationError("there is no run.json: the run is not over") }
        guard try record.json() == kept else {
            Console.error("run.json is not what events.jsonl tells; the log counts")
            throw ExitCode(1)
        }
        Console.output("run.json is what the \(record.lastSequence) events tell")
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
