import CLinux
import FoundationEssentials
import Glibc
import Vocabulary

/// This machine as a host: commands run under `/bin/sh` as the calling user, with the same scripts as anywhere else.
package struct LocalHost: Host {
    package let name: HostName
    private let shell: String
    private let environment: [String: String]

    /// `environment` nil: this process's own. `shell` stands in for a login shell: it is called with `-c` and the command.
    package init(name: HostName = HostName("local"), environment: [String: String]? = nil, shell: String = "/bin/sh") {
        self.name = name
        self.environment = environment ?? ProcessInfo.processInfo.environment
        self.shell = shell
    }

    package func execute(_ command: String, input: [UInt8], deadline: Duration) async throws(DeploymentError) -> CommandResult {
        let process = try launch(command)
        return try await within(deadline, host: name, what: "cannot finish a command there", ending: process) {
            () async throws(DeploymentError) -> CommandResult in
            async let fed: Void = process.feed(input)
            var result = CommandResult(stdout: [], stderr: [], exit: .code(0))
            while let bytes = try await process.read() { result.stdout += bytes }
            await fed
            result.stderr = process.errorOutput
            result.exit = try await process.waitForExit()
            return result
        }
    }

    package func start(_ command: String) async throws(DeploymentError) -> any HostProcess { try launch(command) }

    package func openUnixSocket(_ path: String) async throws(DeploymentError) -> Int32 {
        do {
            return try await onThread { try connectUnix(path) }
        } catch {
            throw .unreachable(
                host: name, what: "cannot reach the agent's socket", why: "\(path): \(error)", fix: "look into agent.log beside it")
        }
    }

    package func bridge(_ command: String) async throws(DeploymentError) -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard muster_socketpair(&ends) == 0 else { throw spawnFailed(errno) }
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer {
            Glibc.close(ends[1])
            Glibc.close(nowhere)
        }
        do {
            let pid = try spawn(command, descriptors: [ends[1], ends[1], nowhere])
            // Reaps the command when it ends, which closing our end of the pair brings about.
            detachThread { waitpid(pid, nil, 0) }
            return ends[0]
        } catch {
            Glibc.close(ends[0])
            throw error
        }
    }

    package var localAddress: String? { "127.0.0.1" }

    /// Nothing to give up: commands end with the tasks that started them.
    package var isOpen: Bool { true }

    package func close() async {}

    private func launch(_ command: String) throws(DeploymentError) -> LocalProcess {
        var pipes = LocalPipes()
        guard pipes.open() else { throw spawnFailed(errno) }
        defer { pipes.closeFarEnds() }
        do {
            return LocalProcess(host: name, pid: try spawn(command, descriptors: pipes.farEnds), near: pipes.nearEnds)
        } catch {
            pipes.closeNearEnds()
            throw error
        }
    }

    private func spawn(_ command: String, descriptors: [Int32]) throws(DeploymentError) -> pid_t {
        let words = [shell, "-c", command]
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var pid: pid_t = 0
        let error = muster_spawn(&pid, shell, &arguments, &variables, nil, descriptors, Int32(descriptors.count), 1)
        guard error == 0 else { throw spawnFailed(error) }
        return pid
    }

    private func spawnFailed(_ error: Int32) -> DeploymentError {
        .unreachable(
            host: name, what: "cannot start \(shell)", why: String(cString: strerror(error)),
            fix: "look at the limits of this machine (ulimit -a)")
    }
}

/// A descriptor connected to a unix socket; a path too long for the kernel's 108 bytes is reached through its directory's descriptor.
private func connectUnix(_ path: String) throws -> Int32 {
    var descriptor = muster_connect_unix(path)
    if descriptor < 0, errno == ENAMETOOLONG, let slash = path.lastIndex(of: "/") {
        let directory = open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(directory) }
        descriptor = muster_connect_unix("/proc/self/fd/\(directory)\(path[slash...])")
    }
    guard descriptor >= 0 else { throw SystemFailure(errno) }
    return descriptor
}

/// What the system call said.
private struct SystemFailure: Error, CustomStringConvertible {
    let description: String
    init(_ number: Int32) { description = String(cString: strerror(number)) }
}
