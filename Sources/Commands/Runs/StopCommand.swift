import ArgumentParser
import Controller
import Results
import TerminalUI
import Vocabulary

/// `muster stop RUN`: ends a run from another terminal, and shows that it has ended.
struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End a run: load, processes, then results home, each seen.",
        discussion: """
            As Ctrl-C in the run's own terminal. Its controller tells every agent to stop, ends its processes (SIGTERM, then SIGKILL; over SSH \
            where its link is gone) and looks until they are gone, all within five seconds on hosts that answer. Where the controller is gone, \
            this command takes the run up and ends it itself. Exit code 0: every agent was seen to be gone; 1: not every one.
            """)

    @OptionGroup var input: RunArgument

    @OptionGroup var ssh: SSHOptions

    @Flag(help: "Do not wait for results: what is not home stays on its host.")
    var now = false

    func run() async throws {
        let folder = try input.folder()
        let before = try EventLog.read(folder.eventsPath)
        if RunRecord(events: before).phase.isEnd, !folder.control.exists { return Console.error("the run is over already") }
        if let controller = folder.control.holder {
            try ask(folder, controller)
            try await Watching(folder).toTheEnd(display: LiveDisplay(), from: before.last?.sequence ?? 0)
        } else {
            Console.error("its controller is gone: taking the run up to end it")
            _ = try await Performance.takeUp(folder, agent: nil, ssh: ssh, stop: now ? .now : .wait)
        }
        let record = RunRecord(events: try EventLog.read(folder.eventsPath))
        if record.agents.contains(where: { $0.presence == .notProvenGone }) { throw ExitCode(1) }
    }

    private func ask(_ folder: RunFolder, _ controller: Int) throws {
        do {
            _ = try askController(ControlRequest(.stop, now: now), of: folder)
        } catch {
            Console.error(
                "\(error)\n  fix: process \(controller) has the run in hand and is silent: end it (kill -9 \(controller)), then muster stop"
            )
            throw ExitCode(1)
        }
    }
}
