import Measurement
import Vocabulary

extension OperationFigures {
    /// Figures of merged statistics whose operations took `seconds` of wall time.
    package init(kind: OperationKind, _ statistics: OperationStatistics, seconds: Double) {
        self.init(
            kind: kind, statistics, operationsPerSecond: rate(Double(statistics.count), over: seconds),
            bytesPerSecond: rate(Double(statistics.bytes), over: seconds))
    }

    init(kind: OperationKind, _ statistics: OperationStatistics, operationsPerSecond: Double, bytesPerSecond: Double) {
        let latency = Microseconds(statistics.latency)
        self.init(
            kind: kind, count: statistics.count, errors: statistics.errors, bytes: statistics.bytes,
            operationsPerSecond: operationsPerSecond, mebibytesPerSecond: bytesPerSecond / 1_048_576, mean: latency.mean,
            p50: latency.at(50), p95: latency.at(95), p99: latency.at(99),
            correctedP99: statistics.corrected.count > 0 ? Microseconds(statistics.corrected).at(99) : nil)
    }
}

extension StageArrival {
    /// How an agent ended a stage whose statistics it reported.
    package init(outcome: Outcome, why: String? = nil, statistics: StageStatistics, elapsed: Duration? = nil) {
        let total = statistics.table.counts
        self.init(
            outcome: outcome, why: why, elapsed: elapsed ?? statistics.duration, operations: total.operations, bytes: total.bytes,
            errors: total.errors, figures: statistics.table.figures(seconds: statistics.duration.inSeconds),
            causes: statistics.errorSamples.isEmpty ? nil : statistics.errorSamples.map(ErrorCause.init))
    }
}

extension StatisticsTable {
    /// One a kind of operation that there was.
    func figures(seconds: Double) -> [OperationFigures] {
        OperationKind.allCases.compactMap { kind in
            let total = total(of: kind)
            return total.isEmpty ? nil : OperationFigures(kind: kind, total, seconds: seconds)
        }
    }
}

/// A histogram's latencies in the unit of tables.
struct Microseconds {
    let histogram: LatencyHistogram
    init(_ histogram: LatencyHistogram) { self.histogram = histogram }

    var mean: Double { histogram.meanNanoseconds / 1000 }
    var maximum: Double { Double(histogram.maximum) / 1000 }
    func at(_ percentile: Double) -> Double { Double(histogram.nanoseconds(atPercentile: percentile)) / 1000 }
}

func rate(_ amount: Double, over seconds: Double) -> Double { seconds > 0 ? amount / seconds : 0 }
