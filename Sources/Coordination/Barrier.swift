import Vocabulary

/// The end of one stage, where its participants wait for each other.
///
/// It knows who takes part and how far each has come; it opens or breaks once, by the table in `docs/coordination.md`.
package struct Barrier: Hashable, Sendable {
    /// How far a participant has come.
    package enum Place: String, Hashable, Sendable, CaseIterable { case working, arrived, failed, lost }

    package enum Decision: Hashable, Sendable {
        /// nil: nothing but an event can change it.
        case wait(until: Moment?)
        /// `missing`: participants that are still at work.
        case open(arrived: [AgentID], missing: [AgentID])
        case broken(why: String)
    }

    package let rules: BarrierRules
    /// Of an optional stage, where only loss breaks: the end of the wait does not.
    package let optional: Bool
    package private(set) var places: [AgentID: Place]
    /// From when the wait counts: the first arrival, or a later progress of a participant still at work.
    package private(set) var waitingSince: Moment?

    private var firstCause: String?
    private var progress: [AgentID: UInt64] = [:]
    private var working: Int
    private var arrived = 0

    /// `participants`: at least one.
    package init(rules: BarrierRules, optional: Bool = false, participants: [AgentID]) {
        precondition(!participants.isEmpty, "a barrier has participants")
        self.rules = rules
        self.optional = optional
        places = Dictionary(uniqueKeysWithValues: participants.map { ($0, .working) })
        working = places.count
    }

    package mutating func arrive(_ agent: AgentID, at now: Moment) {
        guard settle(agent, as: .arrived) else { return }
        arrived += 1
        if waitingSince == nil { waitingSince = now }
    }

    package mutating func fail(_ agent: AgentID, why: String) {
        guard settle(agent, as: .failed) else { return }
        if firstCause == nil { firstCause = "\(agent) failed: \(why)" }
    }

    /// An agent can be lost after it has arrived, too.
    package mutating func lose(_ agent: AgentID, why: String) {
        if places[agent] == .arrived {
            places[agent] = .lost
            arrived -= 1
        } else if !settle(agent, as: .lost) {
            return
        }
        if firstCause == nil { firstCause = "\(agent) was lost: \(why)" }
    }

    /// Work done by a participant; where it is more than before, the wait starts again.
    package mutating func progress(_ agent: AgentID, to amount: UInt64, at now: Moment) {
        guard places[agent] == .working else { return }
        let before = progress.updateValue(amount, forKey: agent) ?? 0
        if amount > before, let since = waitingSince { waitingSince = max(since, now) }
    }

    /// What holds at `now`.
    package func decision(at now: Moment) -> Decision {
        let waitEnds = arrived > 0 ? waitingSince.map { $0 + rules.wait } : nil
        let waitOver = waitEnds.map { now >= $0 } ?? false
        if let why = reasonToBreak(waitOver: waitOver) { return .broken(why: why) }
        if mayOpen, working == 0 || (waitOver && rules.type != .allOrNothing) {
            return .open(arrived: agents(.arrived), missing: agents(.working))
        }
        return .wait(until: waitOver ? nil : waitEnds)
    }

    private var mayOpen: Bool {
        switch rules.type {
        case .allOrNothing: arrived == places.count
        case .majority: 2 * arrived > places.count
        case .bestEffort: arrived > 0
        }
    }

    private func reasonToBreak(waitOver: Bool) -> String? {
        switch rules.type {
        case .allOrNothing:
            if let firstCause { return firstCause }
            guard waitOver, !optional, working > 0 else { return nil }
            return "the wait of \(rules.wait) is over and \(names(.working)) had not arrived"
        case .majority:
            guard 2 * (arrived + working) <= places.count else { return nil }
            return "no more than half of \(places.count) agents can arrive; \(firstCause ?? "")"
        case .bestEffort:
            guard arrived + working == 0 else { return nil }
            return "no agent is left; \(firstCause ?? "")"
        }
    }

    private func agents(_ place: Place) -> [AgentID] { places.filter { $0.value == place }.keys.sorted() }

    private func names(_ place: Place) -> String { agents(place).map(\.text).joined(separator: ", ") }

    private mutating func settle(_ agent: AgentID, as place: Place) -> Bool {
        guard places[agent] == .working else { return false }
        places[agent] = place
        working -= 1
        return true
    }
}
