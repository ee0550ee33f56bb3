import Vocabulary

/// What is known of one stage.
package struct StageRecord: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case planned, ordered, running, passed, broken, skipped
    }

    package struct Arrival: Codable, Sendable, Equatable {
        package var agent: AgentID
        package var at: Instant
        package var arrival: StageArrival
    }

    package struct Skew: Codable, Sendable, Equatable {
        @InNanoseconds package var skew: Duration
        @InNanoseconds package var bound: Duration

        enum CodingKeys: String, CodingKey {
            case skew = "skew_ns"
            case bound = "bound_ns"
        }
    }

    package var plan: RunBeginning.Stage
    package internal(set) var state = State.planned
    /// In which of the run's epochs it began; nil before.
    package internal(set) var epoch: Int?
    /// Who took part when it began; empty before.
    package internal(set) var participants: [AgentID] = []
    /// Participants without which its barrier opened.
    package internal(set) var missing: [AgentID] = []
    package internal(set) var orderedAt: Instant?
    package internal(set) var beganAt: Instant?
    package internal(set) var endedAt: Instant?
    /// Agents that have begun it, in the order in which they did.
    package internal(set) var begun: [AgentID] = []
    package internal(set) var arrivals: [Arrival] = []
    /// The newest; its elapsed time and its count of operations never fall.
    package internal(set) var latest: IntervalFigures?
    package internal(set) var skew: Skew?
    package internal(set) var measure: StageMeasure?
    /// Where it was to end when its throughput settles.
    package internal(set) var steadiness: SteadinessFinding?
    package internal(set) var brokeWhy: String?

    package var order: StageOrder { plan.order }
    package var name: String { plan.name }

    /// How many arrived having completed it.
    package var completed: Int { arrivals.count { $0.arrival.outcome == .completed } }

    /// Operations, bytes and errors of all that have arrived.
    package var operations: UInt64 { arrivals.map(\.arrival.operations).saturatingSum() }
    package var bytes: UInt64 { arrivals.map(\.arrival.bytes).saturatingSum() }
    package var errors: UInt64 { arrivals.map(\.arrival.errors).saturatingSum() }

    /// Errors of all that have arrived, by operation and class, the most frequent first.
    package var causes: [ErrorCause] { .merged(arrivals.flatMap { $0.arrival.causes ?? [] }) }

    init(_ plan: RunBeginning.Stage) { self.plan = plan }

    enum CodingKeys: String, CodingKey {
        case plan, state, epoch, participants, missing, begun, arrivals, latest, skew, measure, steadiness
        case orderedAt = "ordered_at"
        case beganAt = "began_at"
        case endedAt = "ended_at"
        case brokeWhy = "broke_why"
    }
}
