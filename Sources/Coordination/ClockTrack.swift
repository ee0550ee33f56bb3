import Vocabulary

/// An agent's clock from the beginning to the end of a run, so that what it timed hours ago is read with the offset of then.
///
/// At most `limit` points are kept: where more come every second one goes, and they are taken half as often from then on.
package struct ClockTrack: Sendable {
    package static let limit = 512

    private struct Point: Sendable {
        /// The agent's clock.
        var moment: Int64
        var offset: Int64
    }

    private var points: [Point] = []
    private var spacing = Duration.seconds(1).wholeNanoseconds

    package init() {}

    package var count: Int { points.count }

    /// Takes in what is known at `moment`, the controller's; one that comes too soon after the last changes nothing.
    package mutating func add(_ offset: ClockEstimate.Offset, at moment: Moment) {
        let there = moment.nanoseconds + offset.value.wholeNanoseconds
        if let last = points.last, there - last.moment < spacing { return }
        points.append(Point(moment: there, offset: offset.value.wholeNanoseconds))
        guard points.count == Self.limit else { return }
        points = stride(from: 0, to: points.count, by: 2).map { points[$0] }
        spacing *= 2
    }

    /// The agent's clock minus the controller's at a moment of the agent: between two points on the line through them, before the first and
    /// after the last as there; nil where nothing is known.
    package func offset(at moment: Moment) -> Duration? {
        guard let first = points.first, let last = points.last else { return nil }
        if moment.nanoseconds <= first.moment { return .nanoseconds(first.offset) }
        if moment.nanoseconds >= last.moment { return .nanoseconds(last.offset) }
        let after = upperIndex(of: moment.nanoseconds)
        let (a, b) = (points[after - 1], points[after])
        let share = Double(moment.nanoseconds - a.moment) / Double(b.moment - a.moment)
        return .nanoseconds(a.offset + Int64(Double(b.offset - a.offset) * share))
    }

    /// The first point after `moment`.
    private func upperIndex(of moment: Int64) -> Int {
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if points[middle].moment > moment { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
