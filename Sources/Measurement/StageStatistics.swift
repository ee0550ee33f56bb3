import Vocabulary

/// What became of the objects and directories that a stage makes or removes.
package struct ObjectCounts: Sendable, Hashable, Codable {
    /// Objects written.
    package var made: UInt64 = 0
    /// Objects found as they should be and left alone.
    package var kept: UInt64 = 0
    package var deleted: UInt64 = 0
    /// Objects to be deleted that were not there.
    package var missing: UInt64 = 0
    /// Objects that could not be made or deleted.
    package var failed: UInt64 = 0
    package var directoriesMade: UInt64 = 0
    package var directoriesRemoved: UInt64 = 0

    package init() {}

    package init(kept: Int) { self.kept = UInt64(max(0, kept)) }

    package mutating func merge(_ other: ObjectCounts) {
        made &+= other.made
        kept &+= other.kept
        deleted &+= other.deleted
        missing &+= other.missing
        failed &+= other.failed
        directoriesMade &+= other.directoriesMade
        directoriesRemoved &+= other.directoriesRemoved
    }

    fileprivate var fields: [UInt64] { [made, kept, deleted, missing, failed, directoriesMade, directoriesRemoved] }
}

/// What one agent did in one whole stage.
package struct StageStatistics: Sendable, Equatable {
    package var stage: StageOrder
    /// When the first operation began, warm-up included; nil where there was none.
    package var firstOperation: Moment?
    /// Begin of what is counted: the end of the warm-up. On the agent's own clock, like `end`.
    package var begin: Moment
    package var end: Moment
    /// Without the warm-up.
    package var table: StatisticsTable
    /// One each of an operation and class of error, at most `sampleLimit`.
    package var errorSamples: [ErrorSample]
    package var objects: ObjectCounts
    /// What went over endpoints, one each of the agent's; empty where it has none. Without the warm-up.
    package var endpoints: [EndpointStatistics] = []
    /// Operations left out as warm-up.
    package var warmupOperations: UInt64
    /// Operations that the operation log lacks, though it was to have them.
    package var lostRecords: UInt64 = 0

    package static let sampleLimit = 100

    package init(
        stage: StageOrder, firstOperation: Moment? = nil, begin: Moment, end: Moment, table: StatisticsTable = StatisticsTable(),
        errorSamples: [ErrorSample] = [], objects: ObjectCounts = ObjectCounts(), warmupOperations: UInt64 = 0
    ) {
        self.stage = stage
        self.firstOperation = firstOperation
        self.begin = begin
        self.end = end
        self.table = table
        self.errorSamples = errorSamples
        self.objects = objects
        self.warmupOperations = warmupOperations
    }

    package var duration: Duration { end - begin }

    /// The same in little memory: see `LatencyHistogram.pack`.
    package var packed: StageStatistics {
        var packed = self
        packed.table.pack()
        for place in packed.endpoints.indices { packed.endpoints[place].statistics.pack() }
        return packed
    }
}

extension StageStatistics {
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(signed: Int64(stage.number))
        writer.write(firstOperation == nil ? 0 : 1)
        writer.write(signed: firstOperation?.nanoseconds ?? 0)
        writer.write(signed: begin.nanoseconds)
        writer.write(signed: end.nanoseconds)
        writer.write(warmupOperations)
        writer.write(lostRecords)
        for field in objects.fields { writer.write(field) }
        let samples = errorSamples.prefix(Self.sampleLimit)
        writer.write(UInt64(samples.count))
        for sample in samples {
            sample.write(to: &writer)
        }
        endpoints.write(to: &writer)
        table.write(to: &writer)
        return writer.bytes
    }

    /// nil where the bytes are not a stage's, whoever made them.
    package init?(encoded bytes: some Collection<UInt8>) {
        var reader = ByteReader(bytes)
        guard let stage = reader.readSigned(), let hasFirst = reader.readInt(upTo: 1), let first = reader.readSigned(),
            let begin = reader.readSigned(), let end = reader.readSigned(), let warmup = reader.readUnsigned(),
            let lost = reader.readUnsigned(), let objects = ObjectCounts(from: &reader), let samples = Self.readSamples(&reader),
            let endpoints = [EndpointStatistics](from: &reader), let table = StatisticsTable(from: &reader), reader.isAtEnd
        else { return nil }
        self.init(
            stage: StageOrder(Int(stage)), firstOperation: hasFirst == 1 ? Moment(nanoseconds: first) : nil,
            begin: Moment(nanoseconds: begin), end: Moment(nanoseconds: end), table: table, errorSamples: samples,
            objects: objects, warmupOperations: warmup)
        lostRecords = lost
        self.endpoints = endpoints
    }

    private static func readSamples(_ reader: inout ByteReader) -> [ErrorSample]? {
        guard let count = reader.readInt(upTo: sampleLimit) else { return nil }
        var samples: [ErrorSample] = []
        for _ in 0..<count {
            guard let sample = ErrorSample(from: &reader) else { return nil }
            samples.append(sample)
        }
        return samples
    }
}

extension ObjectCounts {
    fileprivate init?(from reader: inout ByteReader) {
        guard let made = reader.readUnsigned(), let kept = reader.readUnsigned(), let deleted = reader.readUnsigned(),
            let missing = reader.readUnsigned(), let failed = reader.readUnsigned(),
            let directoriesMade = reader.readUnsigned(), let directoriesRemoved = reader.readUnsigned()
        else { return nil }
        self.made = made
        self.kept = kept
        self.deleted = deleted
        self.missing = missing
        self.failed = failed
        self.directoriesMade = directoriesMade
        self.directoriesRemoved = directoriesRemoved
    }
}
