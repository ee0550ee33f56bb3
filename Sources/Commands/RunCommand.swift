import ArgumentParser
import Carriers
import Controller
import Coordination
import Deployment
import FoundationEssentials
import Glibc
import Link
import Plans
import Results
import SSH
import TerminalUI
import Vocabulary

/// `muster run PLAYBOOK`: the whole way, from the playbook to the results.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Perform a playbook: deploy, stages, results home, nothing left behind.")

    @OptionGroup var input: PlaybookArguments

    @OptionGroup var ssh: SSHOptions

    @Flag(help: "Go on without hosts that cannot be reached; the run is degraded.")
    var skipUnreachable = false

    @Flag(help: "Do not go through the cleanup stages of a run that broke.")
    var noCleanup = false

    @Flag(help: "Check the playbook and show the plan; touch no host.")
    var dryRun = false

    @OptionGroup var form: PlanForm

    @Option(help: ArgumentHelp("Put the results directory in here.", valueName: "folder"), completion: .directory)
    var results = "."

    @Option(help: ArgumentHelp("The agent to deploy; default: muster-agent beside this program, or $MUSTER_AGENT.", valueName: "file"))
    var agent: String?

    @Option(help: ArgumentHelp("Seconds between two looks at the live figures.", valueName: "seconds"))
    var refresh = 1.0

    func validate() throws {
        guard dryRun || !form.json else { throw ValidationError("--json shows a plan: it wants --dry-run") }
        guard (0.1...60).contains(refresh) else { throw ValidationError("--refresh takes 0.1 to 60 seconds") }
    }

    func run() async throws {
        var checked = try input.reading { if dryRun { form.tell($0) } }
        if noCleanup { checked.plan.policy.cleanupAfterBreak = false }
        let plan = checked.plan
        if dryRun { return Console.output(form.text(of: checked)) }
        try plan.requirePerformable()
        let folder = try RunFolder.create(under: results, name: plan.name)
        let console = try ConsoleLog(path: folder.consoleLogPath)
        let display = LiveDisplay(console: console)
        let client = ssh.client
        let directions = ssh.directions
        await Introductions(client: client, directions: directions).make(to: plan.agents.map(\.reach))
        let surroundings = try await surroundings(of: plan, FleetConnector(client: client, directions: directions), display: display)
        let run = try LiveRun(plan: plan, options: options(console), surroundings: surroundings, folder: folder) { event, record in
            display.show(event, record)
        }
        let verdict = await run.perform(interruptions: Interruptions.stream())
        display.finish(await run.record, directory: folder.path)
        await client.shutdown()
        if verdict.exitCode != 0 { throw ExitCode(verdict.exitCode) }
    }

    private func options(_ console: ConsoleLog) -> RunOptions {
        var options = RunOptions()
        options.skipUnreachable = skipUnreachable
        options.refresh = .milliseconds(Int(refresh * 1000))
        options.logLine = { agent, line in console.append("[\(agent)] \(line.level): \(line.text)") }
        return options
    }

    private func surroundings(of plan: Plan, _ connector: FleetConnector, display: LiveDisplay) async throws -> RunSurroundings {
        var surroundings = RunSurroundings(
            run: try Self.makeRunID(plan.name), policy: plan.policy, connector: connector)
        if plan.deploysAgents { surroundings.bundle = try AgentBundle(path: try AgentBundle.locate(given: agent)) }
        if plan.deployment.returnChannel == .direct, plan.deploysAgents {
            surroundings.direct = try await DirectDoor.open(for: plan.deployment) { refusal in
                display.print("a connection from \(refusal.peer) was refused: \(refusal.why)")
            }
        }
        if plan.listensForControllers { surroundings.listenSecret = try Self.listenSecret(plan.deployment) }
        return surroundings
    }

    /// `YYYYMMDD-HHMMSS-<name>-<4 hex digits>`
    private static func makeRunID(_ name: String) throws -> RunID {
        let digits = String(UInt16.random(in: .min ... .max), radix: 16)
        let suffix = String(repeating: "0", count: 4 - digits.count) + digits
        let text = "\(UTC.compactLabel(nanoseconds: SystemClock.utcNanoseconds))-\(plainFileName(name))-\(suffix)"
        guard let id = RunID(text) else { preconditionFailure("a run's id is made of plain characters: \(text)") }
        return id
    }

    private static func listenSecret(_ deployment: DeploymentPlan) throws -> Secret? {
        guard let path = deployment.secretFile else {
            guard deployment.insecure else {
                throw ValidationError(
                    "agents that were started by hand need `distributed.secret_file`, or `distributed.insecure: true` to go without")
            }
            return nil
        }
        let contents = try readFile(path) ?? { throw ValidationError("the secret file \(path) does not exist") }()
        return try LinkSecret.shared(fileContents: contents)
    }
}

extension Plan {
    var deploysAgents: Bool { agents.contains { if case .listen = $0.reach { false } else { true } } }
    var listensForControllers: Bool { agents.contains { if case .listen = $0.reach { true } else { false } } }
}
