import Measurement
import Vocabulary

/// What was found out about whether a load's throughput settles, over all agents together.
package struct SteadinessFinding: Codable, Sendable, Equatable {
    /// nil: it settled, and the stage was ended; else why it did not.
    package var unrest: String?
    /// From the end of the warm-up to the end of the last window that was looked at.
    @InNanoseconds package var after: Duration
    @InNanoseconds package var window: Duration
    /// `ops` or `bytes`: what is counted a second.
    package var metric: String
    package var confidence: Double
    /// Of the last window; nil where there was no whole one.
    package var mean: Double?
    /// Half of the width of the mean's confidence interval.
    package var halfWidth: Double?
    /// Change over the window.
    package var drift: Double?

    package init(
        unrest: String?, after: Duration, window: Duration, metric: String, confidence: Double, _ found: Steadiness? = nil
    ) {
        self.unrest = unrest
        self.after = after
        self.window = window
        self.metric = metric
        self.confidence = confidence
        mean = found?.mean
        halfWidth = found?.halfWidth
        drift = found?.drift
    }

    enum CodingKeys: String, CodingKey {
        case unrest, metric, confidence, mean, drift
        case after = "after_ns"
        case window = "window_ns"
        case halfWidth = "half_width"
    }

    /// One sentence for people.
    package var text: String {
        let over = "\(fixed(window.inSeconds, decimals: 1)) s"
        let figures = mean.map { mean in
            let rate = metric == "bytes" ? "\(fixed(mean / 1_048_576, decimals: 2)) MiB/s" : "\(fixed(mean, decimals: 1)) ops/s"
            let known = "\(percent(halfWidth ?? 0)) (\(fixed(confidence * 100, decimals: 1)) % confidence)"
            return "\(rate) ± \(known) over the last \(over), which it changed by \(percent(drift ?? 0))"
        }
        let seconds = "\(fixed(after.inSeconds, decimals: 1)) s"
        guard let unrest else { return "settled after \(seconds): \(figures ?? "")" }
        return figures.map { "did not settle within \(seconds): \(unrest); \($0)" } ?? "did not settle: \(unrest)"
    }

    private func percent(_ part: Double) -> String { "\(fixed((mean ?? 0) > 0 ? part / (mean ?? 1) * 100 : 0, decimals: 2)) %" }
}
