import CLinux
import FoundationEssentials
import Plans

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The subcommands of `muster-agent` that start an agent detached and stay beside it to its end.
package enum Supervision {
    /// `muster-agent start --dir DIR`: starts `supervise` in a session of its own, away from the ssh session, and prints `pid N` once it
    /// holds the agent. Returns the exit code. Nothing of the caller's stays open in what it starts.
    ///
    /// `program` is what is started as the supervisor; this executable itself but in tests.
    package static func start(directory: String, program: String = "/proc/self/exe") -> Int32 {
        let directory = RunDirectory(directory)
        do {
            let settings = try directory.readSettings()
            let scope = LimitScope.find(for: settings.limits)
            guard let pid = try startSupervisor(directory, program, scope) else {
                complain(
                    "the supervisor did not come up; the end of \(directory.log):\n\(SmallFile.read(directory.log)?.suffix(500) ?? "")")
                return 1
            }
            for warning in scope.warnings { say("warn \(warning)") }
            say("pid \(pid)")
            return 0
        } catch {
            complain("cannot start the supervisor in \(directory.path): \(error)")
            return 1
        }
    }

    /// `muster-agent supervise --dir DIR --ready FD`: runs the agent (`muster-agent run --dir DIR`, this executable) and everything that
    /// descends from it to its end, and returns the exit code once nothing of it is left.
    ///
    /// `ready` is written `N\n` (its own process number) and closed when the agent is started. `agent` is the agent's command but in tests.
    package static func supervise(
        directory: String, ready: Int32? = nil, agent: (program: String, words: [String])? = nil, keeping: InheritedVariables = .few
    ) -> Int32 {
        let directory = RunDirectory(directory)
        let agent = agent ?? ("/proc/self/exe", ["muster-agent", "run", "--dir", directory.path])
        do {
            let settings = try directory.readSettings()
            if case .few = keeping { try settings.limits.apply() }
            var supervisor = try Supervisor(directory, settings: settings, agent: agent, keeping: keeping)
            if let ready {
                let line = Array("\(getpid())\n".utf8)
                _ = write(ready, line, line.count)
                close(ready)
            }
            return supervisor.run()
        } catch {
            complain("cannot run the agent of \(directory.path): \(error)")
            return 1
        }
    }

    /// `muster-agent contain --dir DIR`: the first process of a container. It is the supervisor, with the agent's log as its standard output
    /// and error, as `start` gives a supervisor outside of containers, and with what the image sets in its environment.
    package static func contain(directory path: String, agent: (program: String, words: [String])? = nil) -> Int32 {
        let log = muster_open(RunDirectory(path).log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard log >= 0, dup2(log, STDOUT_FILENO) >= 0, dup2(log, STDERR_FILENO) >= 0 else {
            complain("cannot write \(RunDirectory(path).log): \(SystemError(number: errno))")
            return 1
        }
        return supervise(directory: path, agent: agent, keeping: .everything)
    }

    /// To be called first in `muster-agent run`: should its supervisor be killed, this process is sent SIGTERM, and is to end as for a stop.
    package static func tieToSupervisor() { _ = muster_set_parent_death_signal(SIGTERM) }

    private static func startSupervisor(_ directory: RunDirectory, _ program: String, _ scope: LimitScope) throws(SystemError) -> pid_t? {
        var pipe: [Int32] = [-1, -1]
        guard muster_pipe(&pipe) == 0 else { throw SystemError(number: errno) }
        let nothing = muster_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
        let log = muster_open(directory.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        let logError = errno
        defer { for descriptor in [pipe[0], nothing, log] where descriptor >= 0 { close(descriptor) } }
        guard log >= 0, nothing >= 0 else {
            close(pipe[1])
            throw SystemError(number: logError)
        }
        var environment = ProcessInfo.processInfo.environment
        environment["MUSTER_OWNER"] = directory.owner
        do throws(SystemError) {
            let (path, words) = scope.command(
                program, ["muster-agent", "supervise", "--dir", directory.path, "--ready", "3"], unit: directory.unitName)
            _ = try spawnProgram(
                words, at: path, environment: environment, in: directory.path, descriptors: [nothing, log, log, pipe[1]], newSession: true)
        } catch {
            close(pipe[1])
            throw error
        }
        close(pipe[1])
        return awaitReady(pipe[0])
    }

    /// The number written to the other end; nil where it is closed, or 10 s pass, without one.
    private static func awaitReady(_ descriptor: Int32) -> pid_t? {
        var text: [UInt8] = []
        let deadline = LeaseFile.now + 10_000_000_000
        while !text.contains(UInt8(ascii: "\n")) {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = (deadline - LeaseFile.now) / 1_000_000
            guard left > 0 else { return nil }
            guard poll(&entry, 1, Int32(left)) > 0 else { continue }
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return nil }
            text += buffer[..<count]
        }
        return pid_t(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}

/// A line on standard output.
func say(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = write(STDOUT_FILENO, line, line.count)
}

/// A line on standard error, which is the agent's log in a supervisor.
func complain(_ text: String) {
    let line = Array("muster-agent: \(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}
