import Plans
import Vocabulary

extension SteadyStatePolicy {
    /// `steady_state`, of a stage or of the whole file.
    static func read(_ cursor: Cursor) -> Located<SteadyStatePolicy>? {
        guard let section = cursor.section() else { return nil }
        var policy = SteadyStatePolicy()
        if let value = section.take("window")?.duration() { policy.window = value }
        if let value: Metric = section.take("metric")?.choice(["ops": .operations, "bytes": .bytes]) { policy.metric = value }
        if let value = section.take("confidence")?.number() { policy.confidence = value }
        if let value = section.take("precision")?.number() { policy.precision = value }
        if let value = section.take("drift")?.number() { policy.drift = value }
        section.close()
        return Located(value: policy, at: cursor)
    }
}
