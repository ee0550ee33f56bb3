/// What was counted and timed of one kind of operation.
package struct OperationStatistics: Sendable, Equatable {
    /// Operations that succeeded; each has one entry in `latency`.
    package private(set) var count: UInt64 = 0
    /// Bytes that they moved.
    package private(set) var bytes: UInt64 = 0
    /// Operations that failed; they are neither in `count` nor in `latency`.
    package private(set) var errors: UInt64 = 0
    /// From the actual beginning.
    package private(set) var latency = LatencyHistogram()
    /// From the intended beginning, so that what a stall kept from being begun counts; empty in a closed loop, where nothing is intended.
    package private(set) var corrected = LatencyHistogram()

    package init() {}

    package var isEmpty: Bool { count == 0 && errors == 0 }

    @inline(__always)
    package mutating func record(nanoseconds: Int64, sinceIntended: Int64? = nil, bytes moved: UInt64) {
        count &+= 1
        bytes &+= moved
        latency.record(nanoseconds: nanoseconds)
        if let sinceIntended { corrected.record(nanoseconds: sinceIntended) }
    }

    @inline(__always)
    package mutating func recordError() { errors &+= 1 }

    package mutating func merge(_ other: OperationStatistics) {
        count &+= other.count
        bytes &+= other.bytes
        errors &+= other.errors
        latency.merge(other.latency)
        corrected.merge(other.corrected)
    }

    /// See `LatencyHistogram.pack`.
    package mutating func pack() {
        latency.pack()
        corrected.pack()
    }

    /// Forgets everything but its memory.
    package mutating func reset() {
        count = 0
        bytes = 0
        errors = 0
        latency.reset()
        corrected.reset()
    }

    func write(to writer: inout ByteWriter) {
        writer.write(bytes)
        writer.write(errors)
        writer.write(block: latency.encoded())
        writer.write(block: corrected.encoded())
    }

    init?(from reader: inout ByteReader) {
        guard let bytes = reader.readUnsigned(), let errors = reader.readUnsigned(),
            let block = reader.readBlock(upTo: .max), let latency = LatencyHistogram(encoded: block),
            let other = reader.readBlock(upTo: .max), let corrected = LatencyHistogram(encoded: other), corrected.count <= latency.count
        else { return nil }
        self.count = latency.count
        self.bytes = bytes
        self.errors = errors
        self.latency = latency
        self.corrected = corrected
    }
}
