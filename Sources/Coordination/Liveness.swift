import Vocabulary

/// How long one agent has been silent, and what to do about it.
package struct Liveness: Hashable, Sendable {
    /// What a check found.
    package enum Finding: Hashable, Sendable {
        case alive
        /// Ask it, with this number.
        case query(UInt32)
        case lost
    }

    package private(set) var lastHeard: Moment
    /// Queries that went out since the last sign of life.
    package private(set) var unanswered = 0
    private var queriedAt = Moment.zero
    private var lastQuery: UInt32 = 0

    package init(now: Moment) { lastHeard = now }

    /// A sign of life.
    package mutating func heard(at now: Moment) {
        lastHeard = max(lastHeard, now)
        unanswered = 0
    }

    /// Looks at the silence; counts a query as sent.
    package mutating func check(_ rules: LivenessRules, at now: Moment) -> Finding {
        guard now >= deadline(rules) else { return .alive }
        guard unanswered <= rules.queryRetries else { return .lost }
        unanswered += 1
        queriedAt = now
        lastQuery &+= 1
        return .query(lastQuery)
    }

    /// When to check again, if nothing is heard.
    package func deadline(_ rules: LivenessRules) -> Moment {
        unanswered == 0 ? lastHeard + rules.patience : queriedAt + rules.queryTimeout
    }
}
