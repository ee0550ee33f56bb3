import Plans
import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How an agent outside of containers is held to `limits`: by a scope of systemd's (systemd-run(1)) where this account can have one, which
/// counts all processes together; else by the kernel's limits of each process (`ProcessLimits.apply`).
struct LimitScope: Equatable {
    /// What stands before the supervisor's own command; empty without a scope.
    private(set) var words: [String] = []
    /// Where the kernel's own limits hold less than is asked for.
    private(set) var warnings: [String] = []

    static func find(for limits: ProcessLimits) -> LimitScope {
        let isRoot = geteuid() == 0
        return find(
            for: limits, isRoot: isRoot, runner: hasSystemd ? runner : nil,
            lingers: isRoot || access("/var/lib/systemd/linger/\(userName)", F_OK) == 0)
    }

    /// - Parameters:
    ///   - runner: the path of systemd-run; nil where systemd does not run this machine.
    ///   - lingers: whether the account's own services outlive its logins; else a scope would end with the ssh session, and the agent's lease
    ///     would be worth nothing.
    static func find(for limits: ProcessLimits, isRoot: Bool, runner: String?, lingers: Bool) -> LimitScope {
        guard limits.memory != nil || limits.cpus != nil else { return LimitScope() }
        guard let runner, lingers else { return LimitScope(warnings: limits.shortcomings) }
        var words = [runner, "--scope", "--quiet", "--collect"]
        if !isRoot { words.append("--user") }
        if let memory = limits.memory { words += ["-p", "MemoryMax=\(memory.bytes)", "-p", "MemorySwapMax=0"] }
        if let cpus = limits.cpus { words += ["-p", "CPUQuota=\(max(1, Int((cpus * 100).rounded())))%"] }
        return LimitScope(words: words)
    }

    /// The program to start and its words, for a supervisor that is `program` called with `own`.
    func command(_ program: String, _ own: [String], unit: String) -> (path: String, words: [String]) {
        guard let runner = words.first else { return (program, own) }
        // systemd-run becomes the command itself: what it is told to run must not be named by what it is.
        return (runner, words + ["--unit", unit, "--", Self.resolved(program)] + own.dropFirst())
    }

    /// Of `kept` links one: `/proc/self/exe` is another file in every process.
    private static func resolved(_ path: String) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard path.hasPrefix("/proc/self/"), realpath(path, &buffer) != nil else { return path }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static var hasSystemd: Bool { access("/run/systemd/system", F_OK) == 0 }

    private static var runner: String? { ["/usr/bin/systemd-run", "/bin/systemd-run"].first { access($0, X_OK) == 0 } }

    private static var userName: String { getpwuid(geteuid()).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } ?? "" }
}

extension ProcessLimits {
    /// What the kernel's limits of each process lack against those of a scope.
    fileprivate var shortcomings: [String] {
        var found: [String] = []
        if let memory {
            found.append("limits.memory: no systemd scope for this account, so each process may take \(memory), not all of them together")
        }
        if let cpus {
            let whole = cpus.rounded(.up)
            let extent = whole == cpus ? "" : ", rounded up from \(cpus)"
            found.append("limits.cpus: no systemd scope for this account, so it is kept to \(Int(whole)) processors\(extent)")
        }
        return found
    }
}
