import Measurement
import Vocabulary

/// Statistics of stages as agents reported them, written down before the arrival is told: another controller needs them for the totals.
///
/// A file of records (`RecordFile`), each as in `histograms/`.
package final class ArrivalFile {
    private let file: RecordFile.Writer

    /// Goes on with the file where there is one.
    package init(_ path: String) throws(ResultsError) { file = try RecordFile.Writer(appendingTo: path) }

    package func append(_ agent: AgentID, _ statistics: StageStatistics) throws(ResultsError) {
        try file.append(HistogramFolder.record(.init(agent: agent, statistics: statistics)))
    }

    /// The last that each agent reported of each stage.
    package static func read(_ path: String) throws -> [AgentID: [StageOrder: StageStatistics]] {
        var found: [AgentID: [StageOrder: StageStatistics]] = [:]
        for share in try HistogramFolder.read(path) { found[share.agent, default: [:]][share.statistics.stage] = share.statistics.packed }
        return found
    }
}
