import Agent
import ArgumentParser
import CLinux
import Glibc
import Vocabulary

@main
struct Main: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "muster-agent",
        abstract: "Perform stages on this host for a controller.",
        discussion: "Muster starts its agents itself; by hand, give --listen and either --secret-file or --insecure.",
        version: Build.name,
        subcommands: [Start.self, Supervise.self, Contain.self, Run.self, RelayCommand.self, PackCommand.self, FeedCommand.self])

    @Option(help: ArgumentHelp("Wait here for a controller.", valueName: "host:port"))
    var listen: String?

    @Option(help: ArgumentHelp("The file with the secret that controllers have to know.", valueName: "file"))
    var secretFile: String?

    @Flag(help: "Let any controller use this agent.")
    var insecure = false

    @Option(help: ArgumentHelp("Where results lie until they are home.", valueName: "folder"))
    var directory = "/tmp/muster-agent"

    @Option(help: ArgumentHelp("Write an operation log where the playbook asks for none; as op_log_path does.", valueName: "file"))
    var opLog: String?

    static func main() async {
        Interruptions.take()
        muster_resolve_by_files_and_dns()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand { try await asynchronous.run() } else { try command.run() }
        } catch {
            exit(withError: error)
        }
    }

    func run() async throws {
        guard let listen else { throw CleanExit.helpRequest(self) }
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]), (0...65535).contains(port)
        else {
            throw ValidationError("--listen takes host:port, not '\(listen)'")
        }
        guard (secretFile == nil) == insecure else {
            throw ValidationError("--listen takes either --secret-file FILE or --insecure")
        }
        let secret = try secretFile.map { try AgentProgram.secret(inFile: $0) }
        try await leave(
            AgentProgram.listen(host: String(listen[..<colon]), port: port, secret: secret, directory: directory, operationLog: opLog))
    }
}

private func leave(_ status: Int32) throws {
    if status != 0 { throw ExitCode(status) }
}

/// `--dir`, which every subcommand takes that muster itself runs.
struct DirectoryArgument: ParsableArguments {
    @Option(name: .customLong("dir"), help: ArgumentHelp("The run directory.", valueName: "folder"))
    var directory: String
}

struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start the agent of a run directory, detached.", shouldDisplay: false)
    @OptionGroup var input: DirectoryArgument
    func run() throws { try leave(Supervision.start(directory: input.directory)) }
}

struct Supervise: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stay beside an agent to its end.", shouldDisplay: false)
    @OptionGroup var input: DirectoryArgument
    @Option var ready: Int32?
    func run() throws { try leave(Supervision.supervise(directory: input.directory, ready: ready)) }
}

struct Contain: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Be the first process of an agent's container.", shouldDisplay: false)
    @OptionGroup var input: DirectoryArgument
    func run() throws { try leave(Supervision.contain(directory: input.directory)) }
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Perform the run of a run directory.", shouldDisplay: false)
    @OptionGroup var input: DirectoryArgument
    func run() async throws { try await leave(AgentProgram.run(directory: input.directory)) }
}

struct RelayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay", abstract: "Join standard input and output to the agent's socket.", shouldDisplay: false)
    @OptionGroup var input: DirectoryArgument
    func run() throws {
        let error = Relay.run(directory: input.directory)
        if error != 0 { throw ValidationError("cannot reach the agent's socket: \(String(cString: strerror(error)))") }
    }
}

struct PackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Write the results of a run directory to standard output.", shouldDisplay: false)
    @OptionGroup var input: DirectoryArgument
    func run() async throws { try await leave(Pack.run(directory: input.directory)) }
}

struct FeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feed", abstract: "Hand this executable on to other hosts.", shouldDisplay: false)
    @Option(help: ArgumentHelp("The address to listen at.", valueName: "address"))
    var address: String
    func run() throws {
        let error = Feed.run(address: address)
        if error != 0 { throw ValidationError("cannot listen at \(address): \(String(cString: strerror(error)))") }
    }
}
