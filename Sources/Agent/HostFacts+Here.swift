import Glibc
import Link

extension HostFacts {
    /// What this machine says of itself.
    static func ofThisHost() -> HostFacts {
        var names = utsname()
        uname(&names)
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        return HostFacts(
            hostName: text(&names.nodename), kernel: text(&names.release), cores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            memoryBytes: UInt64(max(0, pages)) * UInt64(sysconf(Int32(_SC_PAGESIZE))), pid: getpid())
    }

    private static func text<T>(_ field: inout T) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
