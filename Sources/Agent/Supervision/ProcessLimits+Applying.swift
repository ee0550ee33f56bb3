import CLinux
import Plans
import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension ProcessLimits {
    /// Why a host cannot hold a limit.
    struct Impossible: Error, CustomStringConvertible {
        let description: String
    }

    /// Has this process, and all that it starts, held to them by the kernel: data of a process (RLIMIT_DATA), the processors that it may run
    /// on, open files. Within a scope of systemd's, which holds memory and time of all processes together, these change nothing more.
    func apply() throws {
        if let memory { try set(RLIMIT_DATA, UInt(memory.bytes), "limits.memory: \(memory)") }
        if let openFiles { try set(RLIMIT_NOFILE, UInt(openFiles), "limits.nofile: \(openFiles)") }
        if let cpus, muster_limit_processors(Int32(min(cpus.rounded(.up), 65_536))) != 0 {
            throw Impossible(description: "limits.cpus: \(cpus): \(SystemError(number: errno))")
        }
    }

    private func set(_ resource: __rlimit_resource, _ value: UInt, _ what: String) throws {
        var limit = rlimit()
        let resource = __rlimit_resource_t(resource.rawValue)
        getrlimit(resource, &limit)
        guard value <= limit.rlim_max else {
            throw Impossible(description: "\(what): this host allows at most \(limit.rlim_max) here (ulimit -H)")
        }
        limit = rlimit(rlim_cur: value, rlim_max: value)
        guard setrlimit(resource, &limit) == 0 else { throw Impossible(description: "\(what): \(SystemError(number: errno))") }
    }
}
