import Measurement
import Vocabulary

/// Statistics with something in every part, different for each seed.
enum Samples {
    static func histogram(_ random: inout Seeded, count: Int = 300) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for _ in 0..<count { histogram.record(nanoseconds: random.latency()) }
        return histogram
    }

    static func table(_ random: inout Seeded) -> StatisticsTable {
        var table = StatisticsTable()
        for _ in 0..<500 {
            let kind = OperationKind.allCases.randomElement(using: &random) ?? .get
            let moves = kind == .get || kind == .put
            let size = moves ? Int64.random(in: 0...(1 << 33), using: &random) : 0
            table.record(kind, size: size, nanoseconds: random.latency(), bytes: UInt64(size))
        }
        table.recordError(.get)
        table.recordError(.rmdir)
        return table
    }

    static func interval(_ random: inout Seeded) -> IntervalStatistics {
        var host = HostCounters()
        host.kernel = random.next()
        host.cpu.user = random.next()
        host.traffic.diskWrittenBytes = 7
        var interval = IntervalStatistics(
            stage: StageOrder(3), index: 17, begin: Moment(nanoseconds: 5_000_000_000), end: Moment(nanoseconds: 6_000_000_123),
            isWarmup: true, table: table(&random), host: host)
        interval.objects = 17
        return interval
    }

    static func stage(_ random: inout Seeded) -> StageStatistics {
        var objects = ObjectCounts()
        objects.made = 5
        objects.kept = .max
        objects.directoriesRemoved = 7
        let error = ErrorSample(
            kind: .list, cause: "not found", message: "no such thing: ü", count: 3, first: Moment(nanoseconds: -3),
            last: Moment(nanoseconds: 5))
        var stage = StageStatistics(
            stage: StageOrder(-2), firstOperation: Moment(nanoseconds: -17), begin: .zero, end: Moment(nanoseconds: .max),
            table: table(&random), errorSamples: [error], objects: objects, warmupOperations: 99)
        stage.endpoints = ["file:///a/", "file:///ü/"].map { EndpointStatistics(endpoint: $0, statistics: table(&random).total) }
        return stage
    }
}
