import ArgumentParser
import Deployment
import Plans
import SSH
import Vocabulary

/// `muster bench …`: measures parts of Muster by themselves, for `scripts/bench`. Not for users, hence not in the help.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure parts of Muster by themselves.", shouldDisplay: false,
        subcommands: [Login.self, Push.self, BarrierBench.self, AgentsBench.self, PlayBench.self, DataBench.self])

    /// Logs in to every host at once, runs `true` there and closes the connection; `together` opens all connections before the first is
    /// used. What it costs is measured from outside.
    struct Login: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "ssh", abstract: "Run `true` on all hosts at once.")

        @OptionGroup var hosts: HostArguments

        @Flag(help: "Run nothing before all connections are open.")
        var together = false

        func run() async throws {
            let reaches = try hosts.reaches()
            let client = SSHClient()
            let directions = hosts.options.ssh.directions
            let begun = SystemClock.now
            let connect: @Sendable (Reach) async throws -> SSHConnection? = { reach in
                guard case .ssh(let destination) = reach else { return nil }
                return try await client.connect(to: try await directions.target(of: destination))
            }
            if together {
                try await Self.all(try await Self.all(reaches, connect).compactMap(\.self), Self.use)
            } else {
                try await Self.all(reaches) { if let connection = try await connect($0) { try await Self.use(connection) } }
            }
            await client.shutdown()
            Console.output("\(reaches.count) hosts in \(fixed((SystemClock.now - begun).inSeconds, decimals: 3)) s")
        }

        @discardableResult
        private static func all<Element: Sendable, Result: Sendable>(
            _ elements: [Element], _ action: @escaping @Sendable (Element) async throws -> Result
        ) async throws -> [Result] {
            try await withThrowingTaskGroup(of: Result.self) { group in
                for element in elements { group.addTask { try await action(element) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }

        @Sendable
        private static func use(_ connection: SSHConnection) async throws {
            let result = try await connection.execute("true", deadline: .seconds(30))
            await connection.close()
            guard result.exit.isSuccess else { throw ValidationError("\(connection.target.place): `true` ended with \(result.exit)") }
        }
    }

    /// Brings a file into every host's cache.
    struct Push: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "push", abstract: "Bring a file to all hosts at once.")

        @OptionGroup var hosts: HostArguments

        @Argument(help: "The file.")
        var file: String

        func run() async throws {
            let visit = try FleetVisit(hosts)
            let packages = try await FilePackage.all([FilePush(from: file, to: "pushed")])
            try await visit.printLines(nothing: { "\($0)" }) { deployer, host in
                ["\(host.name): \(try await deployer.push(packages, to: host, deadline: .seconds(600))) sent"]
            }
        }
    }
}
