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
    /// Share of all of the host's CPUs, 0 to 100.
    package var cpuUserPercent: Double
    package var cpuSystemPercent: Double
    package var cpuIOWaitPercent: Double

    package init(
        stage: StageOrder, index: Int, begin: Moment, end: Moment, isWarmup: Bool = false, table: StatisticsTable,
        cpuUserPercent: Double = 0, cpuSystemPercent: Double = 0, cpuIOWaitPercent: Double = 0
    ) {
        self.stage = stage
        self.index = index
        self.begin = begin
        self.end = end
        self.isWarmup = isWarmup
        self.table = table
        self.cpuUserPercent = cpuUserPercent
        self.cpuSystemPercent = cpuSystemPercent
        self.cpuIOWaitPercent = cpuIOWaitPercent
    }

    package var duration: Duration { end - begin }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(signed: Int64(stage.number))
        writer.write(UInt64(max(0, index)))
        writer.write(signed: begin.nanoseconds)
        writer.write(signed: end.nanoseconds)
        writer.write(isWarmup ? 1 : 0)
        writer.write(number: cpuUserPercent)
        writer.write(number: cpuSystemPercent)
        writer.write(number: cpuIOWaitPercent)
        table.write(to: &writer)
        return writer.bytes
    }

    /// nil where the bytes are not an interval's, whoever made them.
    package init?(encoded bytes: some Collection<UInt8>) {
        var reader = ByteReader(bytes)
        guard let stage = reader.readSigned(), let index = reader.readInt(upTo: Int(Int32.max)),
            let begin = reader.readSigned(), let end = reader.readSigned(), let warmup = reader.readInt(upTo: 1),
            let user = reader.readDouble(), let system = reader.readDouble(), let wait = reader.readDouble(),
            let table = StatisticsTable(from: &reader), reader.isAtEnd
        else { return nil }
        self.init(
            stage: StageOrder(Int(stage)), index: index, begin: Moment(nanoseconds: begin), end: Moment(nanoseconds: end),
            isWarmup: warmup == 1, table: table, cpuUserPercent: user, cpuSystemPercent: system, cpuIOWaitPercent: wait)
    }
}
