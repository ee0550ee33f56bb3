import Glibc
import Plans
import SSH
import Synchronization
import Vocabulary

/// A machine behind SSH. It does not connect anew by itself: `isOpen` tells when to.
package final class SSHHost: Host {
    package let name: HostName
    private let connection: SSHConnection
    /// For commands beside others, where sshd runs only so many at a time on one connection (`MaxSessions`).
    private let spares: SpareConnections
    /// Ends with the connection, or when this host goes.
    private let watcher: Task<Void, Never>
    private let isLost: Latch

    /// Connects and logs in within the destination's `connectTimeout`.
    package convenience init(
        _ destination: SSHDestination, client: SSHClient, directions: Directions
    ) async throws(DeploymentError) {
        let target: SSHTarget
        do throws(SSHError) { target = try await directions.target(of: destination) } catch { throw .ssh(host: destination.host, error) }
        try await self.init(target, client: client)
    }

    /// Connects and logs in within the target's `connectTimeout`.
    package init(_ target: SSHTarget, client: SSHClient) async throws(DeploymentError) {
        name = target.host
        do throws(SSHError) {
            connection = try await client.connect(to: target)
        } catch {
            throw .ssh(host: target.host, error)
        }
        spares = SpareConnections(client: client, target: target)
        let isLost = Latch()
        self.isLost = isLost
        watcher = Task { [connection] in
            if await connection.whenClosed() != nil { isLost.set() }
        }
    }

    deinit { watcher.cancel() }

    package func execute(_ command: String, input: [UInt8], deadline: Duration) async throws(DeploymentError) -> CommandResult {
        let result = try await asking { connection async throws(SSHError) in
            try await connection.execute(command, input: input, deadline: deadline, outputLimit: Self.outputLimit)
        }
        return CommandResult(stdout: result.output, stderr: result.errorOutput, exit: CommandExit(result.exit))
    }

    package func start(_ command: String) async throws(DeploymentError) -> any HostProcess {
        let process = try await asking { connection async throws(SSHError) in try await connection.start(command) }
        return SSHHostProcess(process: process, host: name)
    }

    package func openUnixSocket(_ path: String) async throws(DeploymentError) -> Int32 {
        try await asking(spares: false) { connection async throws(SSHError) in try await connection.openUnixSocket(path) }
    }

    package func bridge(_ command: String) async throws(DeploymentError) -> Int32 {
        try await asking { connection async throws(SSHError) in try await connection.bridge(command) }
    }

    package var localAddress: String? { connection.localAddress.isEmpty ? nil : connection.localAddress }

    /// Whether its sshd runs a command on the connection beside another; nil where that cannot be told.
    package func runsSeveralCommands() async -> Bool? {
        guard let first = await startAlone("cat", within: .seconds(10)) else { return nil }
        defer { first.cancel() }
        do throws(SSHError) {
            _ = try await connection.execute("true", deadline: .seconds(30))
            return true
        } catch .channelRefused {
            return false
        } catch {
            return nil
        }
    }

    /// Starts a command as the connection's only one: where sshd runs one at a time, the end of the last may not have come to it yet.
    private func startAlone(_ command: String, within deadline: Duration) async -> SSHProcess? {
        let end = SystemClock.now + deadline
        while true {
            do throws(SSHError) {
                return try await connection.start(command)
            } catch .channelRefused where SystemClock.now < end {
                guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { return nil }
            } catch {
                return nil
            }
        }
    }

    /// How its sshd greets.
    package var greeting: String { connection.greeting }

    package var isOpen: Bool { !isLost.isSet }

    package func close() async {
        await spares.close()
        await connection.close()
    }

    /// Bytes that a script may print: `leftovers` has a line for each run directory.
    private static let outputLimit = 16 << 20

    /// A command that was refused a channel has not run: then it is tried on another connection.
    private func asking<T: Sendable>(
        spares hasSpares: Bool = true, _ body: @Sendable (SSHConnection) async throws(SSHError) -> T
    ) async throws(DeploymentError) -> T {
        do throws(SSHError) {
            return try await body(connection)
        } catch {
            guard case .channelRefused = error, hasSpares, isOpen else { throw .ssh(host: name, error) }
            do throws(SSHError) { return try await spares.use(body) } catch { throw .ssh(host: name, error) }
        }
    }
}

/// False until it is set, for good.
private final class Latch: Sendable {
    private let state = Atomic(false)
    var isSet: Bool { state.load(ordering: .acquiring) }
    func set() { state.store(true, ordering: .releasing) }
}

/// A command on a host behind SSH.
private struct SSHHostProcess: HostProcess {
    let process: SSHProcess
    let host: HostName

    func write(_ bytes: [UInt8]) async throws(DeploymentError) {
        do throws(SSHError) { try await process.write(bytes) } catch { throw .ssh(host: host, error) }
    }

    func closeInput() async throws(DeploymentError) { await process.closeInput() }

    func read() async throws(DeploymentError) -> [UInt8]? {
        do throws(SSHError) { return try await process.read() } catch { throw .ssh(host: host, error) }
    }

    var errorOutput: [UInt8] { process.errorOutput }

    func waitForExit() async throws(DeploymentError) -> CommandExit {
        do throws(SSHError) { return CommandExit(try await process.waitForExit()) } catch { throw .ssh(host: host, error) }
    }

    func cancel() async { process.cancel() }
}

extension CommandExit {
    fileprivate init(_ exit: SSH.CommandExit) {
        switch exit {
        case .code(let code): self = .code(code)
        case .signal(let name): self = .signal(name)
        }
    }
}
