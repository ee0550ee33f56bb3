import Vocabulary

/// `steady_state`: when a load's throughput counts as settled, so that its stage ends.
package struct SteadyStatePolicy: Codable, Sendable, Hashable {
    package enum Metric: String, Codable, Sendable, Hashable { case operations = "ops", bytes }

    /// What is looked at, sliding: the last so much of the series of all agents together.
    package var window: Duration = .seconds(60)
    package var metric = Metric.operations
    /// Of the intervals, 0 to 1.
    package var confidence = 0.95
    /// Half of the width of the mean's confidence interval, at most, as a part of the mean.
    package var precision = 0.02
    /// Change over the window, at most, as a part of the mean.
    package var drift = 0.05

    package init() {}
}
