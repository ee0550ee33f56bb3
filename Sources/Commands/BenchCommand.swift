import ArgumentParser
import Deployment
import Plans
import SSH
import Vocabulary

/// `muster bench …`: measures parts of Muster by themselves, for `scripts/bench`. Not for users, hence not in the help.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure parts of Muster by themselves.", shouldDisplay: false,
        subcommands: [Login.self, Push.self, BarrierBench.self, AgentsBench.self, PlayBench.self])

    /// Logs in to every host at once, runs `true` there and closes the connection. What it costs is measured from outside.
    struct Login: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "ssh", abstract: "Run `true` on all hosts at once.")

        @OptionGroup var hosts: HostArguments

        func run() async throws {
            let reaches = try hosts.reaches()
            let client = SSHClient()
            let directions = hosts.options.ssh.directions
            let begun = SystemClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for case .ssh(let destination) in reaches {
                    group.addTask { try await Self.visit(try await directions.target(of: destination), client) }
                }
                try await group.waitForAll()
            }
            await client.shutdown()
            Console.output("\(reaches.count) hosts in \(fixed((SystemClock.now - begun).inSeconds, decimals: 3)) s")
        }

        private static func visit(_ target: SSHTarget, _ client: SSHClient) async throws {
            let connection = try await client.connect(to: target)
            let result = try await connection.execute("true", deadline: .seconds(30))
            await connection.close()
            guard result.exit.isSuccess else { throw ValidationError("\(target.place): `true` ended with \(result.exit)") }
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
