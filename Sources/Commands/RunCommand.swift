import ArgumentParser
import Controller
import Plans
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

    @Flag(name: .customLong("new"), help: "Begin another run even where one of this playbook has lost its controller.")
    var beginsAnew = false

    @Flag(help: "Check the playbook and show the plan; touch no host.")
    var dryRun = false

    @Flag(help: "Stop when the agents are ready: they wait for their lease, for muster attach or muster withdraw.")
    var deployOnly = false

    @OptionGroup var form: PlanForm

    @Option(help: ArgumentHelp("Put the results directory in here.", valueName: "folder"), completion: .directory)
    var results = "."

    @Option(help: ArgumentHelp("The agent to deploy; default: muster-agent beside this program, or $MUSTER_AGENT.", valueName: "file"))
    var agent: String?

    @Option(help: ArgumentHelp("Seconds between two looks at the live figures.", valueName: "seconds"))
    var refresh = 1.0

    func validate() throws {
        guard dryRun || !form.isForPrograms else { throw ValidationError("--json and --yaml show a plan: they want --dry-run") }
        guard (0.1...60).contains(refresh) else { throw ValidationError("--refresh takes 0.1 to 60 seconds") }
    }

    func run() async throws {
        // A run that asks for what is not carried out is refused, by errors that say the same as the notes.
        var checked = try input.reading(notes: dryRun) { if dryRun { form.tell($0) } }
        if noCleanup { checked.plan.policy.cleanupAfterBreak = false }
        if dryRun { return Console.output(form.text(of: checked)) }
        let plan = checked.plan.pushingFromAnywhere
        try plan.requirePerformable()
        if !beginsAnew, !deployOnly, let left = KnownRun.all(in: results).last(where: { $0.folder.isLeft(of: plan) }) {
            Console.error("taking up \(left.id), a run of this playbook whose controller is gone (--new begins another one)")
            let code = try await Performance.takeUp(left.folder, agent: agent, ssh: ssh, stop: nil)
            if code != 0 { throw ExitCode(code) }
            return
        }
        let code = try await Performance.begin(plan, options: options, under: results, agent: agent, ssh: ssh)
        if code != 0 { throw ExitCode(code) }
    }

    private var options: RunOptions {
        var options = RunOptions()
        options.skipUnreachable = skipUnreachable
        options.onlyDeploys = deployOnly
        options.refresh = .milliseconds(Int(refresh * 1000))
        return options
    }
}

extension Plan {
    /// Another controller may take the run up from another folder: what is pushed is named by absolute paths.
    fileprivate var pushingFromAnywhere: Plan {
        var plan = self
        for index in plan.deployment.files.indices { plan.deployment.files[index].from = absolute(plan.deployment.files[index].from) }
        return plan
    }
}
