import Carriers
import Deployment
import Link
import Plans
import Vocabulary

/// What an agent's session tells the run, in the order in which it was seen.
enum SessionEvent: Sendable {
    case hostReached(HostName)
    case deployed(DeployedAgent)
    /// It was not started or never linked; `mayRun` where something of it may have been started nevertheless.
    case unreachable(why: String, mayRun: Bool)
    case linkUp
    case linkDown(why: String)
    /// What keeps it from dialling its agent.
    case noLink(why: String)
    /// `at`: when its bytes came off the link.
    case report(Report, at: Moment)
    /// A look at its host shows that its process is gone.
    case gone(why: String)
}

/// One agent as the controller has it: the connection to its host, its process there, and its link.
///
/// It carries out and decides nothing: what it sees goes to `tell`.
actor AgentSession {
    nonisolated let plan: AgentPlan
    private let surroundings: RunSurroundings
    private let token: Secret
    private let start: Start
    private let tell: @Sendable (SessionEvent, Receipt?) -> Void
    private let link: ControllerLink

    /// How a session comes to its agent.
    enum Start: Sendable {
        /// It is to be deployed.
        case fresh
        /// Another controller started it.
        case there(DeployedAgent)
        /// Another controller may have started it; whatever came of that is ended, and it is deployed anew.
        case again
        /// Another controller may have started it, and nobody needs it any more.
        case unconfirmed
        /// It was seen to be gone.
        case gone
    }

    private var host: (any Host)?
    private var deployed: DeployedAgent?
    /// Its launch while that goes on.
    private var launching: Task<DeployedAgent, any Error>?
    private var isGone = false
    /// It was told to leave: that its link ends is no news.
    private var isLeaving = false
    /// It said that it leaves, after its load had ended and its results were saved.
    private var hasLeft = false

    init(
        plan: AgentPlan, surroundings: RunSurroundings, token: Secret, controller: UInt64, isKnown: Bool, start: Start,
        tell: @escaping @Sendable (SessionEvent, Receipt?) -> Void
    ) {
        self.plan = plan
        self.surroundings = surroundings
        self.token = token
        self.start = start
        self.tell = tell
        let identity = LinkIdentity(run: surroundings.run, agent: plan.id, token: token)
        link = ControllerLink(identity, build: Build.name, rules: surroundings.linkRules, controller: controller, isKnown: isKnown)
        if case .there(let agent) = start { deployed = agent }
    }

    /// Whether something of the agent may be on its host.
    private var mayBeThere: Bool {
        switch start {
        case .there, .unconfirmed, .again: true
        case .fresh, .gone: host != nil
        }
    }

    /// Connects, deploys and keeps the link up; returns when the link was closed, or nothing could be started.
    func run() async {
        do {
            guard try await bringUp() else { return }
        } catch {
            tell(.unreachable(why: "\(error)", mayRun: mayBeThere), nil)
            return
        }
        await runLink()
    }

    /// Whether there is an agent to talk to.
    private func bringUp() async throws -> Bool {
        switch (start, plan.reach) {
        case (.gone, _), (.unconfirmed, _): return false
        case (.there, _), (_, .listen): return true
        case (.fresh, _), (.again, _): break
        }
        let host = try await surroundings.connector.connect(to: plan.reach)
        self.host = host
        tell(.hostReached(host.name), nil)
        if case .again = start { try await clear(host) }
        let deployed = try await deploy(on: host)
        self.deployed = deployed
        tell(.deployed(deployed), nil)
        return true
    }

    /// Launches the agent; where the connection breaks meanwhile, connects anew and goes on with what had arrived.
    private func deploy(on first: any Host) async throws -> DeployedAgent {
        var (host, attempt) = (first, 1)
        while true {
            let settings = LaunchSettings(
                run: surroundings.run, agent: plan.id, token: token, lease: surroundings.policy.lease, environment: plan.environment,
                returnChannel: try await returnChannel(host), limits: surroundings.limits)
            do {
                return try await launch(settings, on: host)
            } catch let error as DeploymentError {
                guard error.isBrokenConnection, attempt < Self.launchAttempts, !isLeaving, !Task.isCancelled else { throw error }
            }
            attempt += 1
            // It may not know yet that it is no connection any more.
            await host.close()
            self.host = nil
            host = try await connectedHost()
            try await clear(host)
        }
    }

    private static let launchAttempts = 4

    /// Ends and removes what the controller before may have started.
    private func clear(_ host: any Host) async throws {
        let deployer = try surroundings.deployer()
        if case .notProven(let why) = await deployer.withdraw(named, on: host, grace: .seconds(1)) { throw LinkError.unreachable(why) }
        try await deployer.remove(named, on: host)
    }

    private func launch(_ settings: LaunchSettings, on host: any Host) async throws -> DeployedAgent {
        guard !isLeaving else { throw LinkError.closed }
        var deployer = try surroundings.deployer()
        if case .ssh = plan.reach { deployer.neighbours = surroundings.neighbours }
        let deadline = surroundings.deployDeadline
        let container = surroundings.container.flatMap { container in
            plan.reach == .local
                ? nil : ContainerLaunch(plan: container, volumes: plan.volumes, ports: plan.ports, limits: surroundings.limits)
        }
        // Waited for right here, and by `withdraw`.
        let packages = surroundings.packages
        let launching = Task { [deployer] in
            try await deployer.deploy(settings, bringing: packages, in: container, on: host, deadline: deadline)
        }
        self.launching = launching
        defer { self.launching = nil }
        return try await withTaskCancellationHandler {
            try await launching.value
        } onCancel: {
            launching.cancel()
        }
    }

    /// Lets a launch that is nearly over come to its end, and calls it off where it is not: what it starts must be there before
    /// anybody looks whether it is gone.
    private func settleLaunch() async {
        await waitForLaunch(.seconds(1))
        launching?.cancel()
        // Its channel is closed at once; the agent may still be in compression here, which nobody has to wait for.
        await waitForLaunch(.milliseconds(300))
    }

    private func waitForLaunch(_ limit: Duration) async {
        let end = SystemClock.now + limit
        while launching != nil, SystemClock.now < end, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(20)) }
    }

    private func returnChannel(_ host: any Host) async throws -> LaunchSettings.ReturnChannel {
        guard let direct = surroundings.direct else { return .tunnel }
        let address = await host.localAddress ?? "127.0.0.1"
        return .direct(host: direct.advertisedHost ?? address, port: direct.advertisedPort ?? direct.port)
    }

    private func runLink() async {
        let (tell, link) = (tell, link)
        await withDiscardingTaskGroup { group in
            group.addTask {
                do { try await self.travel(link) } catch { await self.noteEnd(error) }
            }
            for await event in link.events {
                switch event {
                case .up: tell(.linkUp, nil)
                case .down where isLeaving: break
                case .down(let why):
                    tell(.linkDown(why: "\(why)"), nil)
                    group.addTask { await self.lookAfterAgent() }
                case .received(let report, let at):
                    if case .leaving = report { hasLeft = true }
                    await hand(over: report, at: at)
                }
            }
            group.cancelAll()
        }
    }

    /// A message that matters is acknowledged to the agent when the next one is asked for: not before the run has dealt with it.
    private func hand(over report: Report, at moment: Moment) async {
        guard report.retention == .untilAcknowledged else { return tell(.report(report, at: moment), nil) }
        let receipt = Receipt()
        tell(.report(report, at: moment), receipt)
        await receipt.wait()
    }

    private func noteEnd(_ error: any Error) {
        if !isLeaving { tell(.linkDown(why: "\(error)"), nil) }
    }

    /// Moves the link's bytes until it is closed, the way that the plan asks for.
    private func travel(_ link: ControllerLink) async throws {
        let tell = tell
        let onFailure: @Sendable (LinkError) -> Void = { tell(.noLink(why: "\($0)"), nil) }
        switch plan.reach {
        case .listen(let host, let port):
            let security = surroundings.listenSecret.map { DialSecurity.key($0, identity: plan.id.text) } ?? .none
            try await link.run(dialling: try TCPDialer(host: host.text, port: port, security: security), onFailure: onFailure)
        case .local, .ssh:
            guard let direct = surroundings.direct else {
                let dialer = DescriptorDialer(peer: plan.id.text) { try await self.dialTunnel() }
                return try await link.run(dialling: dialer, onFailure: onFailure)
            }
            direct.reception.expect(link)
            defer { direct.reception.forget(plan.id) }
            await link.waitUntilClosed()
        }
    }

    /// A descriptor to the agent's socket, over a new connection to its host where the old one is gone.
    func dialTunnel() async throws -> Int32 {
        guard let deployed else { throw LinkError.unreachable("the agent was not started") }
        // What began now could be a process of ours on its host after the run has seen the last one gone.
        guard !isLeaving else { throw LinkError.closed }
        do {
            return try await surroundings.deployer().openLink(deployed, on: try await connectedHost())
        } catch {
            await lookAfterAgent()
            throw LinkError.unreachable("\(error)")
        }
    }

    private func connectedHost() async throws -> any Host {
        if let host, await host.isOpen { return host }
        let fresh = try await surroundings.connector.connect(to: plan.reach)
        await host?.close()
        host = fresh
        return fresh
    }

    /// Where the link is down: looks whether the agent's process is gone, which nobody has to wait for heartbeats to learn.
    private func lookAfterAgent() async {
        guard let deployed, !isGone, !isLeaving, let host = try? await connectedHost() else { return }
        guard let seen = try? await surroundings.deployer().check(deployed, on: host), !seen.isAlive, !isGone else { return }
        isGone = true
        tell(.gone(why: seen.ending.map { "its process has ended (\($0))" } ?? "its process is gone"), nil)
    }

    /// Asks for the agent's clock, without waiting for anybody's turn.
    nonisolated func ping() { _ = try? link.post(.ping(id: 0, sentAt: SystemClock.now)) }

    /// Orders without waiting for anybody's turn; false: there is no space now, and nothing was ordered.
    nonisolated func post(_ order: Order) -> Bool { (try? link.post(order)) ?? true }

    /// Orders what matters; on a link that is closed there is nobody to order.
    func send(_ order: Order) async {
        if case .leave = order { isLeaving = true }
        try? await link.send(order)
    }

    /// Ends the agent's processes and looks until they are gone. Where the launch broke off, whatever came of it is looked for by the
    /// run's and the agent's names; on a host that was never reached there is nothing to end.
    func withdraw(grace: Duration) async -> (proven: Bool, note: String) {
        isLeaving = true
        guard mayBeThere else { return (true, "nothing was started") }
        do {
            await settleLaunch()
            let host = try await connectedHost()
            switch await (try surroundings.deployer()).withdraw(named, on: host, grace: grace) {
            case .seenGone(let how): return (true, how.description)
            case .notProven(let why): return (false, why)
            }
        } catch {
            return (false, "\(error)")
        }
    }

    /// Whether somebody started it by hand: its process is not ours to end, and its results can only come over its link.
    nonisolated var isByHand: Bool { if case .listen = plan.reach { true } else { false } }

    /// Tells an agent that was started by hand to end its part in the run, and waits until it says so.
    func dismiss(by deadline: Moment) async -> (proven: Bool, note: String) {
        await send(.leave(discard: true))
        while !hasLeft, SystemClock.now < deadline, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(20)) }
        return hasLeft ? (true, "it said that its part has ended") : (false, "it did not say that its part has ended")
    }

    /// The agent as its host knows it, whether or not its launch came to its end.
    private var named: DeployedAgent { deployed ?? DeployedAgent(unconfirmed: plan.id, of: surroundings.run) }

    /// Removes the run directory from the host.
    func removeTraces() async -> String? {
        guard mayBeThere else { return nil }
        do {
            try await surroundings.deployer().remove(named, on: try await connectedHost())
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Brings home over the host what the agent left there and is not `held`: every report that its results travel in.
    func collectRemains(held: [HeldFile], _ deliver: @Sendable (Report) async -> Void) async throws {
        guard let deployed else { throw LinkError.unreachable("the agent was not started") }
        var reader = ReportStream()
        let order = held.isEmpty ? [] : ReportStream.framed(try Order.collect(held: held).encoded())
        try await surroundings.deployer().collectRemains(deployed, on: try await connectedHost(), input: order) { bytes in
            for report in try reader.take(bytes) { await deliver(report) }
        }
    }

    func close() async {
        link.close()
        await host?.close()
    }
}

extension Withdrawal.How {
    var description: String {
        switch self {
        case .alreadyGone: "it had ended by itself"
        case .terminated: "it ended when asked"
        case .killed: "it had to be killed"
        }
    }
}
