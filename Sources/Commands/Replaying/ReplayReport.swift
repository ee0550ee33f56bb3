import Measurement
import Vocabulary
import Workloads

/// A replay's latencies beside those of its trace: for a person, and as a table.
struct ReplayReport {
    private let outcome: Replay.Outcome

    init(_ outcome: Replay.Outcome) { self.outcome = outcome }

    var text: String {
        var rows = [
            ["operation", "count", "errors", "then: errors", "mean µs", "p50", "p99", "now: mean µs", "p50", "p99", "p99 since intended"]
        ]
        for kind in outcome.kinds {
            rows.append(
                [kind.kind.label, "\(kind.now.count)", "\(kind.now.errors)", "\(kind.trace.errors)"] + Self.cells(kind.trace.latency)
                    + Self.cells(kind.now.latency) + [Self.at(99, kind.now.corrected)])
        }
        var lines = [TextTable(rows).text()]
        lines.append(
            "then \(fixed(outcome.traceDuration.inSeconds, decimals: 3)) s, now \(fixed(outcome.duration.inSeconds, decimals: 3)) s")
        let lateness = outcome.measure.lateness
        if lateness.count > 0 {
            lines.append("begun later than intended: p99 \(Self.at(99, lateness)) µs, at most \(Self.at(100, lateness)) µs")
        }
        return (lines + outcome.notes).joined(separator: "\n")
    }

    /// `replay_results.tsv`: a row a kind of operation, µs with one decimal, `-` where there is nothing.
    var table: String {
        let columns = ["mean", "p50", "p99"]
        let header =
            ["operation", "count", "errors", "trace_count", "trace_errors"] + columns.map { "trace_\($0)_us" } + columns.map { "\($0)_us" }
            + ["corrected_p99_us"]
        let rows = outcome.kinds.map { kind in
            [kind.kind.label, "\(kind.now.count)", "\(kind.now.errors)", "\(kind.trace.count)", "\(kind.trace.errors)"]
                + Self.cells(kind.trace.latency) + Self.cells(kind.now.latency) + [Self.at(99, kind.now.corrected)]
        }
        return ([header] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
    }

    private static func cells(_ histogram: LatencyHistogram) -> [String] {
        let mean = histogram.count > 0 ? micro(histogram.meanNanoseconds) : "-"
        return [mean, at(50, histogram), at(99, histogram)]
    }

    private static func at(_ percentile: Double, _ histogram: LatencyHistogram) -> String {
        histogram.count > 0 ? micro(Double(histogram.nanoseconds(atPercentile: percentile))) : "-"
    }

    private static func micro(_ nanoseconds: Double) -> String { fixed(nanoseconds / 1000, decimals: 1) }
}
