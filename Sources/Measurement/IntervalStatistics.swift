import Vocabulary

/// What one agent did in one interval of a stage: exactly the operations that ended in it.
package struct IntervalStatistics: Sendable, Equatable {
    package var stage: StageOrder
    /// From 0, without gaps.
    package var index: Int
    /// On the agent's own clock, like `end`.
    package var begin: Moment
    package var end: Moment
    /// Part of the warm-up: shown, never counted.
    package var isWarmup: Bool
    package var table: StatisticsTable
    /// Objects of a prepare or cleanup that were done with in it: made or found as they should be, deleted or missing.
    package var objects: UInt64 = 0
    /// Of the agent's whole host, in this interval.
    package var host: HostCounters

    package init(
        stage: StageOrder, index: Int, begin: Moment, end: Moment, isWarmup: Bool = false, table: StatisticsTable,
        host: HostCounters = HostCounters()
    ) {
        self.stage = stage
        self.index = index
        self.begin = begin
        self.end = end
        self.isWarmup = isWarmup
        self.table = table
        self.host = host
    }

    package var duration: Duration { end - begin }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(signed: Int64(stage.number))
        writer.write(UInt64(max(0, index)))
        writer.write(signed: begin.nanoseconds)
        writer.write(signed: end.nanoseconds)
        writer.write(isWarmup ? 1 : 0)
        host.write(to: &writer)
        writer.write(objects)
        table.write(to: &writer)
        return writer.bytes
    }

    /// nil where the bytes are not an interval's, whoever made them.
    package init?(encoded bytes: some Collection<UInt8>) {
        var reader = ByteReader(bytes)
        guard let stage = reader.readSigned(), let index = reader.readInt(upTo: Int(Int32.max)),
            let begin = reader.readSigned(), let end = reader.readSigned(), let warmup = reader.readInt(upTo: 1),
            let host = HostCounters(from: &reader), let objects = reader.readUnsigned(),
            let table = StatisticsTable(from: &reader), reader.isAtEnd
        else { return nil }
        self.init(
            stage: StageOrder(Int(stage)), index: index, begin: Moment(nanoseconds: begin), end: Moment(nanoseconds: end),
            isWarmup: warmup == 1, table: table, host: host)
        self.objects = objects
    }
}
