import ArgumentParser
import Carriers
import Controller
import Coordination
import Deployment
import FoundationEssentials
import Link
import Plans
import Results
import SSH
import TerminalUI
import Vocabulary

/// One run in this process's hands, from its first moment or from where another controller left it.
enum Performance {
    /// A stop that is wanted from the beginning.
    enum Stop { case wait, now }

    /// Performs a plan; returns the exit code. `afterwards`: has something to say once all is home.
    static func begin(
        _ plan: Plan, options: RunOptions, under parent: String, agent: String?, ssh: SSHOptions,
        afterwards: (RunFolder, LiveDisplay) -> Void = { _, _ in }
    ) async throws -> Int32 {
        let display = LiveDisplay()
        let client = ssh.client
        let directions = ssh.directions
        let bundle = plan.deploysAgents ? try AgentBundle(path: try AgentBundle.locate(given: agent)) : nil
        let surroundings = try await surroundings(
            try makeRunID(plan.name), plan, FleetConnector(client: client, directions: directions), bundle: bundle)
        await Introductions(client: client, directions: directions).make(to: plan.agents.map(\.reach))
        let folder = try RunFolder.create(under: absolute(parent), name: plan.name)
        let console = try ConsoleLog(path: folder.consoleLogPath)
        display.tee(to: console)
        let run = try LiveRun(plan: plan, options: options.logging(to: console), surroundings: surroundings, folder: folder) {
            display.show($0, $1)
        }
        let code = await perform(run, surroundings, folder, display, client, Interruptions.stream())
        afterwards(folder, display)
        return code
    }

    /// Goes on with a run that another controller left; returns the exit code.
    static func takeUp(_ folder: RunFolder, agent: String?, ssh: SSHOptions, stop: Stop?) async throws -> Int32 {
        let left = try UnfinishedRun(takingUp: folder)
        let plan = left.order.plan
        let console = try ConsoleLog(path: folder.consoleLogPath)
        let display = LiveDisplay(console: console)
        let client = ssh.client
        let connector = FleetConnector(client: client, directions: ssh.directions)
        let bundle = plan.deploysAgents ? try AgentBundle(path: try AgentBundle.locate(given: agent ?? left.order.agentPath)) : nil
        let surroundings = try await surroundings(
            left.run, plan, connector, bundle: bundle, key: left.key, port: left.port, packing: stop == nil)
        let run = try LiveRun(takingUp: left, options: left.options.logging(to: console), surroundings: surroundings) {
            display.show($0, $1)
        }
        return await perform(run, surroundings, folder, display, client, interruptions(stop))
    }

    private static func perform(
        _ run: LiveRun, _ surroundings: RunSurroundings, _ folder: RunFolder, _ display: LiveDisplay, _ client: SSHClient,
        _ interruptions: AsyncStream<Void>
    ) async -> Int32 {
        let id = surroundings.run
        RunRegistry().add(id.text, at: folder.path)
        guard let verdict = await run.perform(interruptions: interruptions) else {
            display.print(
                """
                All agents are ready, and wait for \(fixed(surroundings.policy.lease.inSeconds, decimals: 0)) s (the playbook's lease)
                  muster attach \(id)     begins with the stages
                  muster withdraw \(id)   takes them off their hosts
                """)
            await client.shutdown()
            return 0
        }
        display.finish(await run.record, directory: folder.path)
        RunRegistry().remove(id.text)
        await client.shutdown()
        return verdict.exitCode
    }

    /// Ctrl-C and SIGTERM, after those that are wanted from the beginning.
    private static func interruptions(_ stop: Stop?) -> AsyncStream<Void> {
        guard let stop else { return Interruptions.stream() }
        let signals = Interruptions.stream()
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(8))
        for _ in 0..<(stop == .now ? 2 : 1) { continuation.yield() }
        // Ends with the stream that it feeds.
        let feeding = Task { for await signal in signals { continuation.yield(signal) } }
        continuation.onTermination = { _ in feeding.cancel() }
        return stream
    }

    private static func surroundings(
        _ run: RunID, _ plan: Plan, _ connector: FleetConnector, bundle: AgentBundle?, key: Secret = LinkSecret.makeToken(),
        port: Int? = nil, packing: Bool = true
    ) async throws -> RunSurroundings {
        var surroundings = RunSurroundings(run: run, policy: plan.policy, connector: connector, key: key)
        surroundings.bundle = bundle
        surroundings.container = plan.deployment.container
        surroundings.limits = plan.deployment.limits
        if plan.deployment.relay { surroundings.neighbours = Feeding() }
        if plan.deploysAgents, packing { surroundings.packages = try await packages(plan.deployment.files) }
        if plan.deployment.returnChannel == .direct, plan.deploysAgents {
            surroundings.direct = try await DirectDoor.open(for: plan.deployment, port: port)
        }
        if plan.listensForControllers { surroundings.listenSecret = try listenSecret(plan.deployment) }
        return surroundings
    }

    /// What is pushed, packed before any host is touched; exit code 3 where something of it cannot be read.
    private static func packages(_ pushes: [FilePush]) async throws -> [FilePackage] {
        do {
            return try await FilePackage.all(pushes)
        } catch {
            Console.error("\(error)")
            throw ExitCode(ExitStatus.playbookWrong)
        }
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

extension RunOptions {
    func logging(to console: ConsoleLog) -> RunOptions {
        var options = self
        options.logLine = { agent, line in console.append("[\(agent)] \(line.level): \(line.text)") }
        options.lostLines = { console.dropped }
        return options
    }
}

extension Plan {
    var deploysAgents: Bool { agents.contains { if case .listen = $0.reach { false } else { true } } }
    var listensForControllers: Bool { agents.contains { if case .listen = $0.reach { true } else { false } } }
}
