import Glibc

/// What a window of a throughput's series says: how well its mean is known, and whether it moves.
///
/// The window is cut into batches of equal length; their means are the sample (method of batch means). What stays correlated from one batch to
/// the next widens the intervals by √((1 + ρ) / (1 − ρ)), ρ the correlation of neighbours around the trend.
package struct Steadiness: Sendable, Equatable {
    /// Of a window.
    package static let batches = 20

    package var mean: Double
    /// Half of the width of the mean's confidence interval.
    package var halfWidth: Double
    /// Change from the window's beginning to its end, along the line of least squares; negative where it falls.
    package var drift: Double
    /// Half of the width of that change's confidence interval.
    package var driftHalfWidth: Double
    /// From the lowest to the highest mean of a fifth of the window.
    package var spread: Double

    /// `window`: the batches' throughputs, oldest first. `confidence`: 0 to 1. nil for fewer than ten.
    package init?(_ window: [Double], confidence: Double) {
        guard window.count >= 10 else { return nil }
        let count = Double(window.count)
        let mean = window.reduce(0, +) / count
        let middle = (count - 1) / 2
        var squares = 0.0, product = 0.0
        for (place, value) in window.enumerated() {
            let x = Double(place) - middle
            squares += x * x
            product += x * (value - mean)
        }
        let slope = product / squares
        let residuals = window.enumerated().map { place, value in value - mean - slope * (Double(place) - middle) }
        let left = residuals.reduce(0) { $0 + $1 * $1 }
        let around = window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let widening = Self.widening(residuals, left)
        let quantile = 1 - (1 - confidence) / 2
        self.mean = mean
        halfWidth = studentQuantile(quantile, degrees: count - 1) * (around / (count - 1) / count).squareRoot() * widening
        drift = slope * count
        driftHalfWidth = studentQuantile(quantile, degrees: count - 2) * (left / (count - 2) / squares).squareRoot() * count * widening
        let length = window.count / 5
        let fifths = (0..<5).map { window[($0 * length)..<(($0 + 1) * length)].reduce(0, +) / Double(length) }
        spread = (fifths.max() ?? mean) - (fifths.min() ?? mean)
    }

    private static func widening(_ residuals: [Double], _ sum: Double) -> Double {
        guard sum > 0 else { return 1 }
        let neighbours = zip(residuals, residuals.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        let correlation = min(0.95, max(0, neighbours / sum))
        return ((1 + correlation) / (1 - correlation)).squareRoot()
    }

    /// Why the throughput has not settled; nil where it has: the mean is known to `precision`, it is certain to change by no more than `drift`
    /// over the window (a change that is only not proven is not enough), and the fifths differ by no more than twice that, which a turning
    /// point or a step would make them do. Both as parts of the mean.
    package func unrest(precision: Double, drift limit: Double) -> String? {
        func percent(_ part: Double) -> String { "\((abs(part) / mean * 1000).rounded() / 10) %" }
        guard mean > 0 else { return "nothing was done" }
        if abs(drift) + driftHalfWidth > limit * mean {
            guard abs(drift) > driftHalfWidth else { return "too uneven to tell whether it changes by less than \(percent(limit * mean))" }
            return "it \(drift > 0 ? "rose" : "fell") by \(percent(drift)) ± \(percent(driftHalfWidth))"
        }
        if spread > 2 * limit * mean { return "parts of the window differ by \(percent(spread))" }
        if halfWidth > precision * mean { return "its mean is known to \(percent(halfWidth)) only" }
        return nil
    }
}

/// The quantile of Student's distribution, by the expansion in 1/degrees around the normal one (Abramowitz and Stegun, 26.7.5): right to three
/// digits from ten degrees on. `probability`: above 0.5.
func studentQuantile(_ probability: Double, degrees: Double) -> Double {
    let x = normalQuantile(probability)
    let (x3, x5, x7) = (x * x * x, x * x * x * x * x, x * x * x * x * x * x * x)
    let terms = [
        (x3 + x) / 4, (5 * x5 + 16 * x3 + 3 * x) / 96, (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / 384,
    ]
    var power = degrees
    return terms.reduce(x) { sum, term in
        defer { power *= degrees }
        return sum + term / power
    }
}

/// Abramowitz and Stegun, 26.2.23: off by less than 4.5e-4.
private func normalQuantile(_ probability: Double) -> Double {
    let t = (-2 * log(1 - probability)).squareRoot()
    let above = 2.515517 + t * (0.802853 + t * 0.010328)
    let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    return t - above / below
}
