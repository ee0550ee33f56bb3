import Glibc

/// How busy this host's CPUs are, from the first line of /proc/stat.
struct HostCPU {
    struct Shares {
        var user = 0.0
        var system = 0.0
        var ioWait = 0.0
    }

    private var previous: [UInt64] = HostCPU.read()

    /// Shares of all CPUs since the last call, in percent; zeros where the kernel does not say.
    mutating func take() -> Shares {
        let current = Self.read()
        defer { previous = current }
        guard current.count >= 5, previous.count == current.count else { return Shares() }
        let spent = zip(current, previous).map { Double($0 >= $1 ? $0 - $1 : 0) }
        // user nice system idle iowait irq softirq steal; guest times are contained in user and nice.
        let all = spent.prefix(8).reduce(0, +)
        guard all > 0 else { return Shares() }
        let system = spent[2] + spent.dropFirst(5).prefix(2).reduce(0, +)
        return Shares(user: (spent[0] + spent[1]) / all * 100, system: system / all * 100, ioWait: spent[4] / all * 100)
    }

    private static func read() -> [UInt64] {
        let file = open("/proc/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let got = Glibc.read(file, &bytes, bytes.count)
        guard got > 0 else { return [] }
        let line = bytes.prefix(got).prefix { $0 != UInt8(ascii: "\n") }
        return line.split(separator: UInt8(ascii: " ")).dropFirst().compactMap { UInt64(String(decoding: $0, as: UTF8.self)) }
    }
}
