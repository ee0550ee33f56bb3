import Measurement
import Vocabulary

/// The rows of `results.tsv`, `prepare_results.tsv` and the stage files: one an operation and non-empty size bucket, and one `ALL`
/// row an operation.
///
/// Of an open loop there are columns more: the 99.9th percentile, and latencies from the intended beginning (`corrected_…`).
///
/// GET, PUT and META stand first, then a row set for each of the operations that META folds together. µs, MiB/s, two decimals.
package struct ResultsTable {
    private static let columns =
        "operation\tsize_bucket\tbucket_idx\tmean_us\tp50_us\tp90_us\tp95_us\tp99_us\tmax_us\tavg_bytes\tops_per_sec\tthroughput_mibps\tcount"
    private static let openLoopColumns =
        "\tp999_us\tcorrected_mean_us\tcorrected_p50_us\tcorrected_p90_us\tcorrected_p95_us\tcorrected_p99_us\tcorrected_p999_us\tcorrected_max_us"
    /// Of a closed loop.
    package static let header = columns + "\n"

    private struct RowSet: Sendable {
        var label: String
        var allIndex: Int
        var kinds: [OperationKind]
    }

    private static let rowSets: [RowSet] =
        [(OperationClass.get, 98), (.put, 99), (.meta, 97)].map { operationClass, index in
            RowSet(
                label: operationClass.rawValue, allIndex: index,
                kinds: OperationKind.allCases.filter { $0.operationClass == operationClass })
        }
        + [(OperationKind.list, 92), (.stat, 93), (.delete, 94), (.mkdir, 95), (.rmdir, 96)].map { kind, index in
            RowSet(label: kind.label, allIndex: index, kinds: [kind])
        }

    private let statistics: StatisticsTable
    private let seconds: Double
    private let isOpenLoop: Bool

    /// `statistics` merged from exact histograms, over `duration` of wall time.
    package init(_ statistics: StatisticsTable, duration: Duration) {
        self.statistics = statistics
        seconds = duration.inSeconds
        isOpenLoop = statistics.isCorrected
    }

    /// Header and rows.
    package var text: String { Self.columns + (isOpenLoop ? Self.openLoopColumns : "") + "\n" + Self.rowSets.map(rows).joined() }

    private func rows(_ set: RowSet) -> String {
        let all = statistics.total { set.kinds.contains($0.kind) }
        guard !all.isEmpty else { return "" }
        var text = ""
        for bucket in SizeBucket.allCases {
            let part = statistics.total { set.kinds.contains($0.kind) && $0.bucket == bucket }
            if part.count > 0 { text += row(set.label, bucket.label, bucket.rawValue, part) }
        }
        return text + row(set.label, "ALL", set.allIndex, all)
    }

    private func openLoop(_ part: OperationStatistics) -> [String] {
        guard isOpenLoop else { return [] }
        let corrected = Microseconds(part.corrected)
        let numbers = [
            Microseconds(part.latency).at(99.9), corrected.mean, corrected.at(50), corrected.at(90), corrected.at(95), corrected.at(99),
            corrected.at(99.9), corrected.maximum,
        ]
        return numbers.map { fixed($0, decimals: 2) }
    }

    private func row(_ label: String, _ bucket: String, _ index: Int, _ part: OperationStatistics) -> String {
        let latency = Microseconds(part.latency)
        let count = Double(part.count)
        let numbers = [
            latency.mean, latency.at(50), latency.at(90), latency.at(95), latency.at(99), latency.maximum,
            count > 0 ? Double(part.bytes) / count : 0, rate(count, over: seconds),
            rate(Double(part.bytes), over: seconds) / 1_048_576,
        ].map { fixed($0, decimals: 2) }
        return ([label, bucket, "\(index)"] + numbers + ["\(part.count)"] + openLoop(part)).joined(separator: "\t") + "\n"
    }
}
