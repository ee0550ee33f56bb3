/// What was counted and timed of one kind of operation.
package struct OperationStatistics: Sendable, Equatable {
    /// Operations that succeeded; each has one entry in `latency`.
    package private(set) var count: UInt64 = 0
    /// Bytes that they moved.
    package private(set) var bytes: UInt64 = 0
    /// Operations that failed; they are neither in `count` nor in `latency`.
    package private(set) var errors: UInt64 = 0
    package private(set) var latency = LatencyHistogram()

    package init() {}

    package var isEmpty: Bool { count == 0 && errors == 0 }

    @inline(__always)
    package mutating func record(nanoseconds: Int64, bytes moved: UInt64) {
        count &+= 1
        bytes &+= moved
        latency.record(nanoseconds: nanoseconds)
    }

    @inline(__always)
    package mutating func recordError() { errors &+= 1 }

    package mutating func merge(_ other: OperationStatistics) {
        count &+= other.count
        bytes &+= other.bytes
        errors &+= other.errors
        latency.merge(other.latency)
    }

    /// Forgets everything but its memory.
    package mutating func reset() {
        count = 0
        bytes = 0
        errors = 0
        latency.reset()
    }

    func write(to writer: inout ByteWriter) {
        writer.write(bytes)
        writer.write(errors)
        writer.write(block: latency.encoded())
    }

    init?(from reader: inout ByteReader) {
        guard let bytes = reader.readUnsigned(), let errors = reader.readUnsigned(),
            let block = reader.readBlock(upTo: .max), let latency = LatencyHistogram(encoded: block)
        else { return nil }
        self.count = latency.count
        self.bytes = bytes
        self.errors = errors
        self.latency = latency
    }
}
