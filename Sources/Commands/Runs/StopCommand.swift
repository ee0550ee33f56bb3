import ArgumentParser
import Results

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
        guard folder.isUnfinished else { return Console.error("the run is over already") }
        try await RunEnd(folder: folder, ssh: ssh).order(now: now)
    }
}
