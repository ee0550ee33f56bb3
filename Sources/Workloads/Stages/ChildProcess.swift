import CLinux
import Glibc
import Vocabulary

/// A command running in a process group of its own, its standard output and error read as one stream of lines.
///
/// Belongs to the thread that follows it. Whoever else waits for children of this process must leave this one alone.
struct ChildProcess {
    enum Ending: CustomStringConvertible {
        case exited(Int32)
        case killed(signal: Int32)

        init(status: Int32) {
            let signal = status & 0x7f
            self = signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
        }

        var isSuccess: Bool { if case .exited(0) = self { true } else { false } }

        var description: String {
            switch self {
            case .exited(let code): "exited with code \(code)"
            case .killed(let signal): "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
            }
        }
    }

    /// Why a command could not be started.
    struct NotStarted: Error, CustomStringConvertible {
        let command: String
        let directory: String?
        let code: Int32
        var description: String {
            let place = directory.map { " in \($0)" } ?? ""
            let why = String(cString: strerror(code))
            return "cannot start \(command)\(place): \(why)\n  fix: give the path of a program that is on the agent's host"
        }
    }

    private let pid: pid_t
    private let output: Int32

    /// Starts it, found by PATH, with this process's environment and `environment` on top, and nothing on its standard input.
    /// `directory` nil: in this process's.
    init(command: String, arguments: [String], environment: [String: String], directory: String? = nil) throws(NotStarted) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw NotStarted(command: command, directory: directory, code: errno) }
        // A child that another thread starts in between may inherit them, which does no harm: nobody waits for the pipe's end.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        if let directory { muster_spawn_in(&actions, directory) }
        Self.setDefaults(&attributes)
        var pid = pid_t()
        var argv = ([command] + arguments).map { strdup($0) } + [nil]
        var envp = Self.merged(environment).map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        let code = posix_spawnp(&pid, command, &actions, &attributes, &argv, &envp)
        guard code == 0 else {
            close(ends[0])
            throw NotStarted(command: command, directory: directory, code: code)
        }
        self.pid = pid
        output = ends[0]
        _ = fcntl(output, F_SETFL, fcntl(output, F_GETFL) | O_NONBLOCK)
    }

    /// Reads its lines until it has ended; on a stop ends its whole group, first by SIGTERM. What is left of the group when the command
    /// itself has ended is ended too.
    func follow(stop: StopFlag, grace: Duration, onLine: (String) -> Void) -> Ending {
        var lines = LineSplitter()
        var killAt: Moment?
        var status: Int32 = 0
        defer { close(output) }
        while waitpid(pid, &status, WNOHANG) != pid {
            if stop.isStopped {
                if let moment = killAt {
                    if SystemClock.now >= moment { kill(-pid, SIGKILL) }
                } else {
                    kill(-pid, SIGTERM)
                    killAt = SystemClock.now + grace
                }
            }
            readLines(&lines, onLine)
        }
        kill(-pid, SIGKILL)
        readLines(&lines, onLine)
        lines.finish(onLine)
        return Ending(status: status)
    }

    /// Waits up to 20 ms for output and passes on all that is there.
    private func readLines(_ lines: inout LineSplitter, _ onLine: (String) -> Void) {
        var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 20) > 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 16384)
        // Bounded, so that a command that prints for ever can still be stopped.
        for _ in 0..<64 {
            let got = read(output, &buffer, buffer.count)
            if got == 0 { Pause.sleep(5_000_000) }
            guard got > 0 else { return }
            lines.add(buffer[..<got], onLine)
        }
    }

    /// A process group of its own, default signals, none blocked.
    private static func setDefaults(_ attributes: inout posix_spawnattr_t) {
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    }

    private static func merged(_ more: [String: String]) -> [String] {
        var inherited: [String] = []
        var next = environ
        while let text = next.pointee {
            let line = String(cString: text)
            if more[String(line.prefix { $0 != "=" })] == nil { inherited.append(line) }
            next += 1
        }
        return inherited + more.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }
}
