import Vocabulary

/// `perf_log`: the time series that each agent and the run as a whole write.
package struct PerformanceLogPlan: Codable, Sendable, Hashable {
    /// Written as this in the results' folder; `.zst` compresses.
    package var path: String = "perf_log.tsv"
    /// Length of a row.
    package var interval: Duration = .seconds(1)

    package init() {}
}
