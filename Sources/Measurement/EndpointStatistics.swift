/// What one of an agent's endpoints was asked for, operations of all kinds together.
package struct EndpointStatistics: Sendable, Equatable {
    /// The endpoint as a URI.
    package var endpoint: String
    package var statistics: OperationStatistics

    /// In one encoding.
    static let limit = 1024
    /// Bytes of its URI.
    static let uriLimit = 4096

    package init(endpoint: String, statistics: OperationStatistics) {
        self.endpoint = endpoint
        self.statistics = statistics
    }
}

extension [EndpointStatistics] {
    /// Adds up what is of the same endpoint; others stand behind those that are known.
    package mutating func merge(_ others: [EndpointStatistics]) {
        for other in others {
            if let place = firstIndex(where: { $0.endpoint == other.endpoint }) {
                self[place].statistics.merge(other.statistics)
            } else {
                append(other)
            }
        }
    }

    func write(to writer: inout ByteWriter) {
        let written = prefix(EndpointStatistics.limit)
        writer.write(UInt64(written.count))
        for one in written {
            writer.write(text: one.endpoint)
            one.statistics.write(to: &writer)
        }
    }

    init?(from reader: inout ByteReader) {
        self.init()
        guard let count = reader.readInt(upTo: EndpointStatistics.limit) else { return nil }
        var counters = 0
        for _ in 0..<count {
            guard let endpoint = reader.readText(upTo: EndpointStatistics.uriLimit), let statistics = OperationStatistics(from: &reader)
            else { return nil }
            counters += statistics.latency.counts.count + statistics.corrected.counts.count
            guard counters <= StatisticsTable.counterLimit else { return nil }
            append(EndpointStatistics(endpoint: endpoint, statistics: statistics))
        }
    }
}
