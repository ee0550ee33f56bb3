import ArgumentParser
import Results

/// `muster attach RUN`: goes on with a run whose controller is gone.
struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Take up a run whose controller is gone: reach its agents again and finish it.",
        discussion: """
            Agents work on for their lease after their controller has gone, and keep what they have to say. What the run is to do and how far it has \
            come stands in its folder. \
            The same muster run again does this by itself while the agents hold their lease. Exit codes are those of muster run.
            """)

    @OptionGroup var input: RunArgument

    @OptionGroup var ssh: SSHOptions

    @Option(help: ArgumentHelp("The agent to deploy where one was not yet; default: the one that the run began with.", valueName: "file"))
    var agent: String?

    func run() async throws {
        let code = try await Performance.takeUp(try input.folder(), agent: agent, ssh: ssh, stop: nil)
        if code != 0 { throw ExitCode(code) }
    }
}
