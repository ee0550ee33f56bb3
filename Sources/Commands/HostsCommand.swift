import ArgumentParser
import Deployment
import Vocabulary

/// `muster hosts …`: what of ours is on hosts, and its removal.
struct HostsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts", abstract: "Look at what runs have left on hosts, and remove it.",
        subcommands: [Show.self, Clean.self, Logs.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ps", abstract: "List the agents on hosts, of which run they are, and whether they live.")

        @OptionGroup var hosts: HostArguments

        func run() async throws {
            try await FleetVisit(hosts).printLines(nothing: { "\($0): nothing of ours" }) { deployer, host in
                try await deployer.leftovers(on: host).map { leftover in
                    "\(host.name): \(leftover.run) \(leftover.agent) \(leftover.isAlive ? "alive" : "dead")"
                        + (leftover.pid.map { " pid \($0)" } ?? "") + ", \(Int(leftover.age.inSeconds)) s old, \(leftover.size), "
                        + leftover.directory
                }
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
            try await FleetVisit(hosts).printLines(nothing: { "\($0): nothing to remove" }) { deployer, host in
                let report = try await deployer.clean(on: host, cache: cache, force: force)
                var lines = report.removed.map { "\(host.name): removed \($0)" + (report.ended.contains($0) ? ", after ending it" : "") }
                lines += report.keptAlive.map { "\(host.name): \($0) is alive and stays (--force ends it)" }
                lines += report.failed.map { "\(host.name): not removed: \($0)" }
                if report.cacheRemoved { lines.append("\(host.name): the cached agents are removed") }
                return lines
            }
        }
    }

    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "logs", abstract: "Show the end of the logs of the agents whose run directories are on hosts.")

        @OptionGroup var hosts: HostArguments

        @Option(help: ArgumentHelp("How many lines of each log.", valueName: "number"))
        var lines = 20

        @Option(help: ArgumentHelp("Only agents of this run.", valueName: "run"))
        var run: String?

        func validate() throws {
            guard (1...10_000).contains(lines) else { throw ValidationError("--lines takes 1 to 10000") }
        }

        func run() async throws {
            let (lines, run) = (lines, run)
            try await FleetVisit(hosts).printLines(nothing: { "\($0): no logs" }) { deployer, host in
                try await deployer.logs(on: host, lines: lines).filter { run == nil || $0.run.text == run }
                    .flatMap { log in log.lines.map { "\(host.name) \(log.agent): \($0)" } }
            }
        }
    }
}
