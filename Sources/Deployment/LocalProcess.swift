import CLinux
import FoundationEssentials
import Glibc
import Synchronization
import Vocabulary

/// A command of this machine while it runs, in a session of its own.
///
/// Reads, writes and waits each block a thread of their own, never Swift's pool; `cancel` wakes them and kills the whole session.
final class LocalProcess: HostProcess {
    private let host: HostName
    private let pid: pid_t
    private let stdout: Int32
    private let stderr: Int32
    /// Readable once the process is cancelled.
    private let cancelled: (read: Int32, write: Int32)
    private let state: Mutex<State>

    /// Bytes of standard error kept: its end is where the reason stands.
    private static let keptErrors = 65536

    private struct State {
        var stdin: Int32
        var stdoutOpen = true
        var stderrOpen = true
        var errors: [UInt8] = []
        /// Until it is reaped the number is ours and may be signalled.
        var exit: CommandExit?
    }

    init(host: HostName, pid: pid_t, near: LocalPipes.Ends) {
        self.host = host
        self.pid = pid
        stdout = near.stdout
        stderr = near.stderr
        cancelled = near.cancellation
        state = Mutex(State(stdin: near.stdin))
    }

    deinit {
        let (stdin, reaped) = state.withLock { ($0.stdin, $0.exit != nil) }
        for descriptor in [stdin, stdout, stderr, cancelled.read, cancelled.write] where descriptor >= 0 { close(descriptor) }
        guard !reaped else { return }
        killpg(pid, SIGKILL)
        let pid = pid
        detachThread { waitpid(pid, nil, 0) }
    }

    func write(_ bytes: [UInt8]) async throws(DeploymentError) { try await blocking { try self.writeAll(bytes) } }

    func closeInput() async throws(DeploymentError) {
        let stdin = state.withLock { state in
            defer { state.stdin = -1 }
            return state.stdin
        }
        if stdin >= 0 { close(stdin) }
    }

    func read() async throws(DeploymentError) -> [UInt8]? { try await blocking { self.readNext() } }

    var errorOutput: [UInt8] { state.withLock { $0.errors } }

    func waitForExit() async throws(DeploymentError) -> CommandExit {
        if let exit = state.withLock({ $0.exit }) { return exit }
        return try await blocking { self.reap() }
    }

    func cancel() async {
        var byte: UInt8 = 0
        _ = Glibc.write(cancelled.write, &byte, 1)
        state.withLock { state in if state.exit == nil { _ = killpg(pid, SIGKILL) } }
    }

    /// Gives it `input` and the end of input. A command that does not read its input to the end is no error: its exit says how it went.
    func feed(_ input: [UInt8]) async {
        if !input.isEmpty { try? await write(input) }
        try? await closeInput()
    }

    private func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws(DeploymentError) -> T {
        do {
            return try await onThread(body)
        } catch {
            throw .unreachable(host: host, what: "cannot talk to a command there", why: "\(error)", fix: "try again")
        }
    }

    private func writeAll(_ bytes: [UInt8]) throws {
        let stdin = state.withLock { $0.stdin }
        var rest = bytes[...]
        while !rest.isEmpty {
            let ready = waitUntilReady([(stdin, POLLOUT)])
            guard ready.contains(stdin) else { throw BrokenPipe() }
            let count = rest.withUnsafeBytes { Glibc.write(stdin, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EAGAIN, errno != EINTR { throw BrokenPipe() }
        }
    }

    private func readNext() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let (outOpen, errOpen) = state.withLock { ($0.stdoutOpen, $0.stderrOpen) }
            guard outOpen || errOpen else { return nil }
            let ready = waitUntilReady([(outOpen ? stdout : -1, POLLIN), (errOpen ? stderr : -1, POLLIN)])
            guard let descriptor = ready.first else { return nil }
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 {
                let bytes = Array(buffer[..<count])
                if descriptor == stdout { return bytes }
                state.withLock { $0.errors = Array(($0.errors + bytes).suffix(Self.keptErrors)) }
                continue
            }
            if count == 0 || (errno != EAGAIN && errno != EINTR) {
                state.withLock { if descriptor == stdout { $0.stdoutOpen = false } else { $0.stderrOpen = false } }
            }
        }
    }

    /// The descriptors that are ready; none once the process is cancelled.
    private func waitUntilReady(_ wanted: [(Int32, Int32)]) -> [Int32] {
        var entries =
            wanted.map { pollfd(fd: $0.0, events: Int16($0.1), revents: 0) } + [
                pollfd(fd: cancelled.read, events: Int16(POLLIN), revents: 0)
            ]
        while poll(&entries, nfds_t(entries.count), -1) < 0, errno == EINTR {}
        guard entries.last?.revents == 0 else { return [] }
        return entries.filter { $0.fd >= 0 && $0.revents != 0 }.map(\.fd)
    }

    private func reap() -> CommandExit {
        var information = siginfo_t()
        // Waits without reaping, then reaps under the lock, so that `cancel` never signals a number that is no longer ours.
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return state.withLock { state in
            if let exit = state.exit { return exit }
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            let exit: CommandExit =
                muster_wifexited(status) != 0 ? .code(Int(muster_wexitstatus(status))) : .signal("\(muster_wtermsig(status))")
            state.exit = exit
            return exit
        }
    }
}

private struct BrokenPipe: Error, CustomStringConvertible {
    var description: String { "it no longer reads what it is sent" }
}
