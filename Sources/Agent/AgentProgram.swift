import Carriers
import Coordination
import FoundationEssentials
import Glibc
import Link
import Plans
import Vocabulary

/// What `muster-agent run` and `muster-agent --listen` do.
package enum AgentProgram {
    /// Performs one run as the launch settings in `directory` say, under a supervisor. Returns the exit code.
    package static func run(directory path: String) async -> Int32 {
        Supervision.tieToSupervisor()
        do {
            let directory = RunDirectory(path)
            let settings = try settings(in: directory)
            guard chdir(directory.path) == 0 else {
                throw AgentError.settings(path: path, why: String(cString: strerror(errno)))
            }
            try FileManager.default.createDirectory(atPath: directory.results, withIntermediateDirectories: true)
            let identity = LinkIdentity(run: settings.run, agent: settings.agent, token: settings.token)
            let watch = DoorWatch()
            let travel = try await travel(settings, watch)
            let lease = LeaseFile(in: directory)
            let performance = try AgentPerformance(
                run: settings.run, agent: settings.agent, lease: settings.lease,
                link: AgentLink(identity, build: Build.name), resultsPath: directory.results, processLog: directory.log, watch: watch,
                travel: travel,
                renewLease: { lease.renew(for: $0) })
            await perform(performance)
            return 0
        } catch {
            complain("\(error)")
            return 1
        }
    }

    /// Waits for controllers at `host:port` and performs one run after the other, until SIGTERM or Ctrl-C.
    ///
    /// - Parameter secret: what controllers have to know; nil: anybody may use this agent.
    package static func listen(
        host: String, port: Int, secret: Secret?, directory: String, operationLog: String? = nil
    ) async -> Int32 {
        do {
            while try await listenOnce(host, port, secret, directory, operationLog) {}
            return 0
        } catch {
            complain("\(error)")
            return 1
        }
    }

    private static func settings(in directory: RunDirectory) throws -> LaunchSettings {
        do {
            return try directory.readSettings()
        } catch {
            throw AgentError.settings(path: directory.launch, why: "\(error)")
        }
    }

    /// How the link's bytes move: a socket in the run directory, or a connection back to the controller.
    private static func travel(_ settings: LaunchSettings, _ watch: DoorWatch) async throws -> @Sendable (AgentLink) async throws -> Void {
        switch settings.returnChannel {
        case .tunnel:
            // By a relative path, since a socket's has at most 107 bytes; the working directory is the run directory.
            let doorway = try await Listener.bind(.unix(path: "link.sock"))
            return { link in try await link.run(admittingAt: doorway) { watch.note($0.text) } }
        case .direct(let host, let port):
            let dialer = try TCPDialer(host: host, port: port, security: .key(settings.token, identity: settings.agent.text))
            return { link in
                try await link.run(dialling: dialer) { complain("no link to the controller at \(host):\(port): \($0)") }
            }
        }
    }

    /// One run of an agent that was started by hand: whoever dials first and knows the secret is its controller.
    ///
    /// - Returns: whether to wait for the next one; not after SIGTERM or Ctrl-C.
    private static func listenOnce(
        _ host: String, _ port: Int, _ secret: Secret?, _ directory: String, _ operationLog: String?
    ) async throws -> Bool {
        let doorway = try await bind(host, port, secret)
        say("muster-agent listening on \(host):\(doorway.port ?? port)\(secret == nil ? " (INSECURE: anybody may use it)" : "")")
        let link = AgentLink(nil, build: Build.name)
        // Ended by closing the link, and waited for below.
        let watch = DoorWatch()
        let moving = Task { try await link.run(admittingAt: doorway) { watch.note($0.text) } }
        let terminated = Task {
            for await _ in Interruptions.stream() {
                link.close()
                return
            }
        }
        defer { terminated.cancel() }
        guard case .up = await link.next(), let identity = link.identity else {
            _ = try? await moving.value
            return false
        }
        terminated.cancel()
        let folder = "\(directory)/\(identity.run)/\(identity.agent)"
        try FileManager.default.createDirectory(atPath: folder + "/results", withIntermediateDirectories: true)
        let reason = await perform(
            try AgentPerformance(
                run: identity.run, agent: identity.agent, lease: firstLease, link: link, resultsPath: folder + "/results",
                operationLog: operationLog, watch: watch, travel: { _ in try await moving.value }))
        _ = try? await moving.value
        say("run \(identity.run) is over for \(identity.agent): \(reason)")
        if reason == .ordered {
            try? FileManager.default.removeItem(atPath: folder)
            // Gone with its last agent: it is only removed where it is empty.
            rmdir("\(directory)/\(identity.run)")
        }
        if case .terminated = reason { return false }
        return true
    }

    private static func bind(_ host: String, _ port: Int, _ secret: Secret?) async throws -> Listener {
        do {
            return try await Listener.bind(.tcp(host: host, port: port, secret.map { secret in .keys { _ in secret } } ?? .none))
        } catch {
            throw AgentError.listen(why: "\(host):\(port): \(error)", fix: "choose another port, or end what listens there")
        }
    }

    /// Until the controller says how long its own is.
    private static let firstLease = Duration.seconds(60)

    /// Performs to the end; SIGTERM and Ctrl-C end the load, save and exit.
    @discardableResult
    private static func perform(_ performance: AgentPerformance) async -> ExitReason {
        let interruptions = Task { for await _ in Interruptions.stream() { performance.terminate() } }
        defer { interruptions.cancel() }
        return await performance.run()
    }
}

extension AgentProgram {
    /// The shared secret of `listen` mode.
    package static func secret(inFile path: String) throws -> Secret {
        do {
            return try LinkSecret.shared(fileContents: Array(try Data(contentsOf: URL(filePath: path))))
        } catch {
            throw AgentError.listen(why: "the secret file \(path): \(error)", fix: "head -c 32 /dev/urandom | base64 > \(path)")
        }
    }
}

extension Reception<Report, Order>.Refusal {
    fileprivate var text: String { "from \(peer) was refused: \(why)" }
}
