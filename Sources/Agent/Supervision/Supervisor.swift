import CLinux
import FoundationEssentials
import Plans
import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One agent's process with all that descends from it, from its start until nothing of it is left.
///
/// It is the subreaper of its descendants: whatever double fork or session they hide behind, they become its children when they are
/// orphaned, so that "no child left to wait for" proves that nothing is left. It runs on one thread, sleeps in poll for at most a
/// second, and takes its decisions from `SupervisionRules`.
struct Supervisor {
    /// So long it waits for what it has killed before it says in `ended` that something is left; it goes on all the same.
    private static let endingBound: Int64 = 10_000_000_000

    private let directory: RunDirectory
    private let lease: LeaseFile
    private let agent: pid_t
    /// Signals arrive here as bytes.
    private let signals: Int32
    private var rules: SupervisionRules
    private var agentStatus: Int32?
    private var endedAt: Int64?
    private var endingIsWritten = false

    /// Starts the agent. The lease begins now.
    init(
        _ directory: RunDirectory, settings: LaunchSettings, agent: (program: String, words: [String]), keeping: InheritedVariables = .few
    ) throws(SystemError) {
        self.directory = directory
        lease = LeaseFile(in: directory)
        guard muster_become_subreaper() == 0 else { throw SystemError(number: errno) }
        signals = try Self.catchSignals()
        guard lease.renew(for: settings.lease) else { throw SystemError(number: errno) }
        rules = SupervisionRules(leaseDeadline: LeaseFile.now + settings.lease.wholeNanoseconds)
        // Blocks on a full disk can be overwritten, not allocated: the place for the last word is taken now.
        SmallFile.write(directory.ended + ".new", String(repeating: " ", count: 200) + "\n")
        SmallFile.write(directory.boot, SmallFile.read("/proc/sys/kernel/random/boot_id") ?? "unknown\n")
        SmallFile.write(directory.pid, "\(getpid())\n")
        self.agent = try Self.startAgent(agent, directory, keeping.environment(directory, settings))
        SmallFile.write(directory.agentPID, "\(self.agent)\n")
    }

    /// Returns the supervisor's exit code once no descendant is left.
    mutating func run() -> Int32 {
        while true {
            sleep()
            let now = LeaseFile.now
            var actions = readSignals(at: now)
            let isAlone = reap()
            if agentStatus != nil, endedAt == nil {
                endedAt = now
                actions += rules.agentEnded()
            }
            if agentStatus == nil { actions += rules.lease(read: lease.deadline(), at: now) }
            if isAlone { break }
            actions += rules.tick(at: now)
            perform(actions)
            if let endedAt, now > endedAt + Self.endingBound { writeEnding() }
        }
        unlink(directory.socket)
        writeEnding()
        return 0
    }

    private static func catchSignals() throws(SystemError) -> Int32 {
        var pipe: [Int32] = [-1, -1]
        guard muster_pipe(&pipe) == 0 else { throw SystemError(number: errno) }
        for end in pipe { _ = muster_set_nonblocking(end) }
        guard muster_signals_to_descriptor(pipe[1], [SIGTERM, SIGINT, SIGHUP, SIGCHLD], 4) == 0 else {
            throw SystemError(number: errno)
        }
        muster_ignore_sigpipe()
        return pipe[0]
    }

    private static func startAgent(
        _ agent: (program: String, words: [String]), _ directory: RunDirectory, _ environment: [String: String]
    ) throws(SystemError) -> pid_t {
        let nothing = muster_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
        guard nothing >= 0 else { throw SystemError(number: errno) }
        defer { close(nothing) }
        return try spawnProgram(
            agent.words, at: agent.program, environment: environment, in: directory.path,
            descriptors: [nothing, STDOUT_FILENO, STDERR_FILENO], newSession: false)
    }

    private func sleep() {
        var entry = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, rules.isEnding ? 50 : 1000)
    }

    private mutating func readSignals(at now: Int64) -> [SupervisionRules.Action] {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(signals, &buffer, buffer.count)
        guard count > 0 else { return [] }
        // SIGHUP is caught so that it ends nothing; SIGCHLD only wakes.
        let wantsStop = buffer[..<count].contains { Int32($0) == SIGTERM || Int32($0) == SIGINT }
        return wantsStop ? rules.stop(at: now) : []
    }

    /// Reaps all that have ended; true where there is no child any more, and so no descendant.
    private mutating func reap() -> Bool {
        while true {
            var status: Int32 = 0
            let pid = waitpid(-1, &status, WNOHANG)
            if pid == agent { agentStatus = status }
            if pid == 0 { return false }
            if pid < 0 { return errno == ECHILD }
        }
    }

    private func perform(_ actions: [SupervisionRules.Action]) {
        if actions.contains(.terminateAgent) {
            complain("ending the agent: \(rules.reason.rawValue)")
            kill(agent, SIGTERM)
            // A stopped process takes the signal only when it goes on.
            kill(agent, SIGCONT)
        }
        guard actions.contains(.killAll) else { return }
        for pid in ProcessTree.descendants(of: getpid()) { kill(pid, SIGKILL) }
    }

    /// `exit=0 reason=ended boottime_ns=… utc=… left=0`, or `signal=9 …`; `left` counts what SIGKILL has not ended yet.
    private mutating func writeEnding() {
        guard !endingIsWritten, let status = agentStatus else { return }
        endingIsWritten = true
        let how = muster_wifexited(status) != 0 ? "exit=\(muster_wexitstatus(status))" : "signal=\(muster_wtermsig(status))"
        let left = ProcessTree.descendants(of: getpid()).count
        let utc = UTC.label(nanoseconds: SystemClock.utcNanoseconds)
        SmallFile.overwrite(
            directory.ended + ".new",
            "\(how) reason=\(rules.reason.rawValue) boottime_ns=\(endedAt ?? LeaseFile.now) utc=\(utc) left=\(left)")
        rename(directory.ended + ".new", directory.ended)
    }
}
