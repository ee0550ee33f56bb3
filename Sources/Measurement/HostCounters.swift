/// What one host's kernel counted in a span of time: everything on that host, whoever caused it.
///
/// Counters are exact and add up: over time, and over hosts (`sum`).
package struct HostCounters: Sendable, Hashable {
    /// Whose counters they are: agents of one host have the same. 0: not known.
    package var kernel: UInt64 = 0
    /// Whose network they are: containers of one host may have networks of their own. 0: not known.
    package var network: UInt64 = 0
    /// In ticks of all CPUs together.
    package var cpu = CPUTime()
    /// Bytes and operations.
    package var traffic = Traffic()

    package struct CPUTime: Sendable, Hashable {
        package var user: UInt64 = 0
        package var system: UInt64 = 0
        package var ioWait: UInt64 = 0
        /// With idle time.
        package var all: UInt64 = 0

        package init() {}

        /// Of all CPUs' time, 0 to 100; 0 where the kernel does not say.
        package func percent(_ part: KeyPath<CPUTime, UInt64>) -> Double {
            all > 0 ? min(100, Double(self[keyPath: part]) / Double(all) * 100) : 0
        }
    }

    package struct Traffic: Sendable, Hashable {
        package var received: UInt64 = 0
        package var sent: UInt64 = 0
        package var diskReads: UInt64 = 0
        package var diskReadBytes: UInt64 = 0
        package var diskWrites: UInt64 = 0
        package var diskWrittenBytes: UInt64 = 0

        package init() {}
    }

    package init() {}

    /// Adds what the same host counted afterwards.
    package mutating func add(_ later: HostCounters) {
        addKernel(of: later)
        addNetwork(of: later)
    }

    private mutating func addKernel(of other: HostCounters) {
        cpu.user &+= other.cpu.user
        cpu.system &+= other.cpu.system
        cpu.ioWait &+= other.cpu.ioWait
        cpu.all &+= other.cpu.all
        traffic.diskReads &+= other.traffic.diskReads
        traffic.diskReadBytes &+= other.traffic.diskReadBytes
        traffic.diskWrites &+= other.traffic.diskWrites
        traffic.diskWrittenBytes &+= other.traffic.diskWrittenBytes
    }

    private mutating func addNetwork(of other: HostCounters) {
        traffic.received &+= other.traffic.received
        traffic.sent &+= other.traffic.sent
    }

    /// All hosts together. What several agents of one host counted in the same span is taken once, from the first of them.
    package static func sum(_ agents: some Sequence<HostCounters>) -> HostCounters {
        var sum = HostCounters()
        var kernels: Set<UInt64> = [], networks: Set<UInt64> = []
        for one in agents {
            if one.kernel == 0 || kernels.insert(one.kernel).inserted { sum.addKernel(of: one) }
            if one.network == 0 || networks.insert(one.network).inserted { sum.addNetwork(of: one) }
        }
        return sum
    }
}

extension HostCounters {
    private static var fields: [WritableKeyPath<HostCounters, UInt64>] {
        [
            \.kernel, \.network, \.cpu.user, \.cpu.system, \.cpu.ioWait, \.cpu.all, \.traffic.received, \.traffic.sent, \.traffic.diskReads,
            \.traffic.diskReadBytes, \.traffic.diskWrites, \.traffic.diskWrittenBytes,
        ]
    }

    func write(to writer: inout ByteWriter) {
        for field in Self.fields { writer.write(self[keyPath: field]) }
    }

    init?(from reader: inout ByteReader) {
        self.init()
        for field in Self.fields {
            guard let value = reader.readUnsigned() else { return nil }
            self[keyPath: field] = value
        }
    }
}
