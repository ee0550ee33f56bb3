import ArgumentParser
import Glibc
import Vocabulary

/// The tree of subcommands.
package struct MusterCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "muster",
        abstract: "Put agents on a fleet over SSH, take them through stages together, bring the results home, leave nothing behind.",
        discussion: """
            Exit codes: 0 every agent completed · 1 the run failed · 2 wrong usage · 3 the playbook is wrong · 4 hosts could not be \
            reached, prepared or did not become ready · 5 degraded: it completed without every agent · 130 interrupted
            """,
        version: Build.name,
        subcommands: [
            RunCommand.self, CheckCommand.self, ConvertCommand.self, SchemaCommand.self, PsCommand.self, StatusCommand.self,
            LogsCommand.self, StopCommand.self, AttachCommand.self, WithdrawCommand.self, ShowCommand.self, HostsCommand.self,
            SSHSetupCommand.self, DoctorCommand.self, ListCommand.self, SizeCommand.self, GetCommand.self, PutCommand.self,
            RemoveCommand.self, SizesCommand.self, SortCommand.self, ReplayCommand.self, BenchCommand.self,
        ])

    package init() {}
}

extension MusterCommand {
    /// Parses the command line, runs what it asks for and exits with the code that the manual names.
    package static func perform() async -> Never {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(withStatus: 0)
        } catch {
            let status = exitCode(for: error).rawValue
            let message = fullMessage(for: error)
            if !message.isEmpty { status == 0 ? Console.output(message) : Console.error(message) }
            exit(withStatus: status == ExitCode.validationFailure.rawValue ? ExitStatus.usage : status)
        }
    }

    private static func exit(withStatus status: Int32) -> Never { Glibc.exit(status) }
}
