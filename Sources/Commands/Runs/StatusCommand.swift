import ArgumentParser
import Results
import TerminalUI
import Vocabulary

/// `muster status RUN`: how a run stands, folded from its event log, whoever has it in hand.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how a run stands: what is wanted of each agent and what was seen of it.")

    @OptionGroup var input: RunArgument

    @Flag(help: "The record as JSON.")
    var json = false

    @Flag(help: "Follow it to its end, as the terminal that it was started in shows it.")
    var watch = false

    func validate() throws {
        if json, watch { throw ValidationError("give either --json or --watch") }
    }

    func run() async throws {
        let folder = try input.folder()
        if watch { return try await Watching(folder).toTheEnd(display: LiveDisplay(.system(1))) }
        let record = RunRecord(events: try EventLog.read(folder.eventsPath))
        if json { return Console.output(String(decoding: try record.json().dropLast(), as: UTF8.self)) }
        Console.output(RecordText(record).lines.joined(separator: "\n"))
        guard !record.phase.isEnd else { return }
        let controller = folder.control.holder.map { "Controller: process \($0)" }
        Console.output(controller ?? "Controller: GONE\n  fix: muster attach takes the run up, muster stop ends it")
    }
}

/// Follows a run's event log while another process writes it.
struct Watching {
    private let folder: RunFolder
    /// From one look to the next.
    private static let pause = Duration.milliseconds(100)

    init(_ folder: RunFolder) { self.folder = folder }

    /// Shows everything up to the run's end; throws where its controller goes before that.
    func toTheEnd(display: LiveDisplay, from sequence: Int = 0) async throws {
        try await follow { event, record in
            if event.sequence > sequence { display.show(event, record) }
        } atEnd: { record in
            display.finish(record, directory: folder.path)
        }
    }

    /// Calls `each` with every event and the record that has taken it in.
    func follow(_ each: (Event, RunRecord) -> Void, atEnd: (RunRecord) -> Void) async throws {
        var tail = EventTail(path: folder.eventsPath)
        var record = RunRecord()
        while true {
            let isHeld = folder.control.holder != nil
            let events = try tail.next()
            for event in events {
                record.apply(event)
                each(event, record)
            }
            if record.phase.isEnd { return atEnd(record) }
            if events.isEmpty, !isHeld {
                Console.error("the run's controller is gone\n  fix: muster attach takes the run up, muster stop ends it")
                throw ExitCode(1)
            }
            try await Task.sleep(for: Self.pause)
        }
    }
}
