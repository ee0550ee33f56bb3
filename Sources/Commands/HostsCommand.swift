import ArgumentParser
import Deployment
import FoundationEssentials
import Plans
import SSH
import TerminalUI
import Vocabulary

/// `muster hosts …`: what of ours is on hosts, and its removal.
struct HostsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts", abstract: "Look at what runs have left on hosts, and remove it.", subcommands: [Show.self, Clean.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ps", abstract: "List the agents on hosts, of which run they are, and whether they live.")

        @OptionGroup var hosts: HostArguments

        func run() async throws {
            try await hosts.forEach { deployer, host in
                try await deployer.leftovers(on: host).map { leftover in
                    "\(host.name): \(leftover.run) \(leftover.agent) \(leftover.isAlive ? "alive" : "dead")"
                        + (leftover.pid.map { " pid \($0)" } ?? "") + ", \(Int(leftover.age.inSeconds)) s old, \(leftover.size), "
                        + leftover.directory
                }
            } nothing: {
                "\($0): nothing of ours"
            }
        }
    }

    struct Clean: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "clean", abstract: "Remove what dead runs have left on hosts.",
            discussion: "Results that were not collected are removed too. Living agents stay, unless --force ends them first.")

        @OptionGroup var hosts: HostArguments

        @Flag(help: "Remove the cached agents too.")
        var cache = false

        @Flag(help: "End living agents first, and see them gone.")
        var force = false

        func run() async throws {
            try await hosts.forEach { deployer, host in
                let report = try await deployer.clean(on: host, cache: cache, force: force)
                var lines = report.removed.map { "\(host.name): removed \($0)" + (report.ended.contains($0) ? ", after ending it" : "") }
                lines += report.keptAlive.map { "\(host.name): \($0) is alive and stays (--force ends it)" }
                lines += report.failed.map { "\(host.name): not removed: \($0)" }
                if report.cacheRemoved { lines.append("\(host.name): the cached agents are removed") }
                return lines
            } nothing: {
                "\($0): nothing to remove"
            }
        }
    }
}

/// Which hosts a command is about, and how to log in there.
struct HostArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Hosts: user@host:port, …; ranges as h[1-3]; 'local' is this machine.", valueName: "list"))
    var hosts: String?

    @Option(help: ArgumentHelp("The hosts of this playbook, with its ssh section.", valueName: "file"))
    var playbook: String?

    @Option(help: ArgumentHelp("The private key to log in with.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("The known_hosts file to check host keys against.", valueName: "file"))
    var knownHosts: String?

    func validate() throws {
        if (hosts == nil) == (playbook == nil) { throw ValidationError("give either --hosts or --playbook") }
    }

    /// Does `body` on all hosts at once and prints each one's lines, or what went wrong there; exit code 4 where something did.
    func forEach(
        _ body: @escaping @Sendable (Deployer, any Host) async throws -> [String], nothing: @Sendable (HostName) -> String
    ) async throws {
        let reaches = try reaches()
        let client = SSHClient()
        let connector = FleetConnector(client: client)
        let deployer = Deployer(bundle: nil)
        let results = await withTaskGroup(of: (Int, Result<[String], any Error>).self) { group in
            for (index, reach) in reaches.enumerated() {
                group.addTask { (index, await Self.visit(reach, connector, deployer, body)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        await client.shutdown()
        var failed = false
        for (index, reach) in reaches.enumerated() {
            switch results[index] {
            case .success(let lines): (lines.isEmpty ? [nothing(reach.hostName)] : lines).forEach(Console.output)
            case .failure(let error):
                failed = true
                Console.error("\(error)")
            case nil: preconditionFailure("every host has a result")
            }
        }
        if failed { throw ExitCode(ExitStatus.hostsUnreachable) }
    }

    private static func visit(
        _ reach: Reach, _ connector: FleetConnector, _ deployer: Deployer,
        _ body: @Sendable (Deployer, any Host) async throws -> [String]
    ) async -> Result<[String], any Error> {
        do {
            let host = try await connector.connect(to: reach)
            let lines = try await body(deployer, host)
            await host.close()
            return .success(lines)
        } catch {
            return .failure(error)
        }
    }

    func reaches() throws -> [Reach] {
        if let hosts { return try HostList(hosts, key: key, knownHosts: knownHosts).reaches }
        var known: [Reach] = []
        for agent in try PlaybookArguments.plan(of: playbook ?? "").agents {
            if case .listen = agent.reach { continue }
            if !known.contains(agent.reach) { known.append(agent.reach) }
        }
        return known
    }
}

extension Reach {
    var hostName: HostName {
        switch self {
        case .local: HostName("local")
        case .ssh(let destination): destination.host
        case .listen(let host, _): host
        }
    }
}
