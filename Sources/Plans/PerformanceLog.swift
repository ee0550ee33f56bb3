import Vocabulary

/// `perf_log`: the time series that a run leaves behind.
package struct PerformanceLog: Codable, Sendable, Hashable {
    /// Name of the file in the results' folder.
    package var path: String = "perf_log.tsv"
    /// Length of one row.
    package var interval: Duration = .seconds(1)

    package init() {}
}
