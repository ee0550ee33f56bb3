import Glibc
import Measurement

/// Reads this host's counters from /proc and tells what they have grown by.
///
/// Of the network interfaces those with hardware behind them count, and where there are none (containers) all but the loopback; of the
/// disks whole ones with hardware behind them: what bridges, bonds, partitions and mapped devices show is the traffic of others again.
struct HostWatch {
    private var previous: Reading
    private let kernel: UInt64
    private let network: UInt64

    init() {
        kernel = Self.number(of: ProcFile.text("/proc/sys/kernel/random/boot_id"))
        let space = kernel == 0 ? "" : Self.target(of: "/proc/self/ns/net")
        network = space.isEmpty ? 0 : Self.number(of: "\(kernel) \(space)")
        previous = Reading()
    }

    /// What was counted since the last call; zeros where the kernel does not say.
    mutating func take() -> HostCounters {
        let current = Reading()
        defer { previous = current }
        var counters = HostCounters()
        counters.kernel = kernel
        counters.network = network
        Self.add(Self.growth(current.cpu, previous.cpu), to: &counters.cpu)
        for (name, values) in current.interfaces {
            let grown = Self.growth(values, previous.interfaces[name] ?? values)
            counters.traffic.received += grown[0]
            counters.traffic.sent += grown[1]
        }
        for (name, values) in current.disks {
            let grown = Self.growth(values, previous.disks[name] ?? values)
            counters.traffic.diskReads += grown[0]
            counters.traffic.diskReadBytes += grown[1] * Self.sector
            counters.traffic.diskWrites += grown[2]
            counters.traffic.diskWrittenBytes += grown[3] * Self.sector
        }
        return counters
    }

    /// Of /proc/diskstats, whatever the disk's own (Documentation/admin-guide/iostats.rst).
    private static let sector: UInt64 = 512

    /// user nice system idle iowait irq softirq steal; guest times are contained in user and nice (proc_stat(5)).
    private static func add(_ spent: [UInt64], to cpu: inout HostCounters.CPUTime) {
        guard spent.count >= 5 else { return }
        cpu.user = spent[0] + spent[1]
        cpu.system = spent[2] + spent.dropFirst(5).prefix(2).reduce(0, +)
        cpu.ioWait = spent[4]
        cpu.all = spent.prefix(8).reduce(0, +)
    }

    /// A counter that fell has begun anew: it says nothing this once.
    private static func growth(_ current: [UInt64], _ previous: [UInt64]) -> [UInt64] {
        guard current.count == previous.count else { return current.map { _ in 0 } }
        return zip(current, previous).map { $0 >= $1 ? $0 - $1 : 0 }
    }

    /// FNV-1a; 0 for nothing.
    private static func number(of text: String) -> UInt64 {
        guard !text.isEmpty else { return 0 }
        return max(1, text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    }

    private static func target(of link: String) -> String {
        var bytes = [CChar](repeating: 0, count: 128)
        let length = readlink(link, &bytes, bytes.count)
        return length > 0 ? String(decoding: bytes.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
    }
}

extension HostWatch {
    /// All counters at one moment.
    private struct Reading {
        let cpu: [UInt64]
        /// Bytes received, bytes sent.
        let interfaces: [String: [UInt64]]
        /// Reads, sectors read, writes, sectors written.
        let disks: [String: [UInt64]]

        init() {
            cpu = ProcFile.lines("/proc/stat").first.map { $0.dropFirst().compactMap { UInt64($0) } } ?? []
            interfaces = Self.interfaces
            disks = Self.disks
        }

        private static var interfaces: [String: [UInt64]] {
            var all: [String: [UInt64]] = [:]
            var physical: [String: [UInt64]] = [:]
            // The colon may touch the first number.
            for line in ProcFile.text("/proc/net/dev").split(separator: "\n") {
                let sides = line.split(separator: ":", maxSplits: 1)
                guard sides.count == 2 else { continue }
                let name = String(sides[0].drop { $0 == " " })
                let numbers = sides[1].split(separator: " ").compactMap { UInt64($0) }
                guard numbers.count >= 9, name != "lo" else { continue }
                all[name] = [numbers[0], numbers[8]]
                if exists("/sys/class/net/\(name)/device") { physical[name] = all[name] }
            }
            return physical.isEmpty ? all : physical
        }

        private static var disks: [String: [UInt64]] {
            var found: [String: [UInt64]] = [:]
            for line in ProcFile.lines("/proc/diskstats") where line.count >= 10 {
                let name = String(line[2].map { $0 == "/" ? "!" : $0 })
                let numbers = [3, 5, 7, 9].compactMap { UInt64(line[$0]) }
                if numbers.count == 4, exists("/sys/block/\(name)/device") { found[name] = numbers }
            }
            return found
        }

        private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
    }
}

/// A file of the kernel's, which has to be read without knowing its length.
private enum ProcFile {
    /// Empty where it cannot be read.
    static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let got = read(file, &part, part.count)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += part.prefix(got)
        }
    }

    /// Each line's words.
    static func lines(_ path: String) -> [[Substring]] {
        text(path).split(separator: "\n").map { $0.split(separator: " ") }
    }
}
