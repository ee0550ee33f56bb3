import ArgumentParser
import Deployment
import Plans
import Results
import Vocabulary

/// `muster withdraw RUN`: takes the agents of a run off their hosts, whatever became of the run.
struct WithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take a run's agents off their hosts, and see them gone.",
        discussion: """
            A run that is not over (muster run --deploy-only left it, or its controller is gone, or it goes on) is ended as by muster stop. Of one that \
            is over, whatever it left is ended and removed: on the hosts of its own playbook, or on those that you name.
            """)

    @OptionGroup var input: RunArgument

    @OptionGroup var hosts: HostOptions

    func run() async throws {
        let folder = try input.folder()
        if folder.isUnfinished { return try await RunEnd(folder: folder, ssh: hosts.ssh).order(now: false) }
        guard let run = RunRecord(events: try EventLog.read(folder.eventsPath)).run else {
            throw ValidationError("\(folder.path) holds no run")
        }
        let reaches = hosts.isGiven ? try hosts.reaches() : try HostOptions.reaches(of: "\(folder.path)/config.yaml")
        let visit = FleetVisit(client: hosts.ssh.client, directions: hosts.ssh.directions, reaches: reaches)
        try await visit.printLines(nothing: { "\($0): nothing of this run" }) { deployer, host in
            var lines: [String] = []
            for left in try await deployer.leftovers(on: host) where left.run == run {
                let agent = DeployedAgent(unconfirmed: left.agent, of: run)
                if case .notProven(let why) = await deployer.withdraw(agent, on: host) {
                    throw DeploymentError.unreachable(
                        host: host.name, what: "cannot withdraw \(left.agent)", why: why,
                        fix: "muster hosts clean --force --hosts \(host.name)")
                }
                try await deployer.remove(agent, on: host)
                lines.append("\(host.name): removed \(run)/\(left.agent)" + (left.isAlive ? ", after ending it" : ""))
            }
            return lines
        }
    }
}
