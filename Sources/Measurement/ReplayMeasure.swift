import Vocabulary

/// What a replay found out beside its own operations' latencies: how long they took in the trace, and how late they began. Merges exactly.
package struct ReplayMeasure: Sendable, Equatable {
    /// Of the trace, where it says so; errors of then are counted.
    package var trace = StatisticsTable()
    /// How much later than intended operations began; empty where there is no speed to keep.
    package var lateness = LatencyHistogram()
    /// When the trace's first and last operation began, since 1970, in nanoseconds.
    package var first: Int64
    package var latest: Int64

    package init(first: Int64) {
        self.first = first
        latest = first
    }

    package mutating func merge(_ other: ReplayMeasure) {
        trace.merge(other.trace)
        lateness.merge(other.lateness)
        first = min(first, other.first)
        latest = max(latest, other.latest)
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(signed: first)
        writer.write(signed: latest)
        writer.write(block: lateness.encoded())
        trace.write(to: &writer)
        return writer.bytes
    }

    /// nil where the bytes are none, whoever made them.
    package init?(encoded bytes: some Collection<UInt8>) {
        var reader = ByteReader(bytes)
        guard let first = reader.readSigned(), let latest = reader.readSigned(), let block = reader.readBlock(upTo: .max),
            let lateness = LatencyHistogram(encoded: block), let trace = StatisticsTable(from: &reader), reader.isAtEnd
        else { return nil }
        self.first = first
        self.latest = latest
        self.lateness = lateness
        self.trace = trace
    }
}
