import Vocabulary

/// What is wanted of one agent and what was seen of it: two things, never inferred from each other (law 2).
package struct AgentRecord: Codable, Sendable, Equatable {
    package enum Wanted: String, Codable, Sendable { case present, working, stopped, gone }

    package enum State: String, Codable, Sendable {
        case waiting, reached, deployed, linked, ready, working, arrived, stopped
        case unreachable, notReady = "not_ready", lost, failed, excluded

        /// Whether the agent takes no further part in the run.
        package var isOut: Bool {
            switch self {
            case .unreachable, .notReady, .lost, .failed, .excluded: true
            default: false
            }
        }
    }

    package enum Presence: String, Codable, Sendable {
        case unknown, gone, notProvenGone = "not_proven_gone"
    }

    package struct Clock: Codable, Sendable, Equatable {
        @InNanoseconds package var offset: Duration
        @InNanoseconds package var bound: Duration

        enum CodingKeys: String, CodingKey {
            case offset = "offset_ns"
            case bound = "bound_ns"
        }
    }

    package var id: AgentID
    package var reach: String
    package var host: HostName?
    package internal(set) var wanted = Wanted.present
    /// The stage that it was last ordered to begin.
    package internal(set) var wantedStage: StageOrder?
    package internal(set) var state = State.waiting
    /// Whether it was told to stop and has not said that it has.
    package internal(set) var owesStop = false
    /// Why it is in a state that it should not be in.
    package internal(set) var why: String?
    /// All that keeps it from being ready.
    package internal(set) var problems: [String] = []
    package internal(set) var facts: [String: String] = [:]
    package internal(set) var isLinked = false
    package internal(set) var reconnects = 0
    /// Why the link is down, while it is.
    package internal(set) var linkTrouble: String?
    package internal(set) var deployed: Deployed?
    package internal(set) var clock: Clock?
    package internal(set) var presence = Presence.unknown
    package internal(set) var presenceNote: String?
    package internal(set) var collected: Collected?
    /// When it was lost, failed, excluded or found unreachable: since the run began, and as a label.
    package internal(set) var outSince: Instant?

    package var cached: Bool? { deployed?.cached }
    package var bytesSent: ByteCount { deployed?.sent ?? .zero }

    init(_ agent: RunBeginning.Agent) {
        id = agent.id
        reach = agent.reach
        host = agent.host
    }

    enum CodingKeys: String, CodingKey {
        case id, reach, host, wanted, state, why, problems, facts, reconnects, deployed, clock, presence, collected
        case wantedStage = "wanted_stage"
        case owesStop = "owes_stop"
        case isLinked = "is_linked"
        case linkTrouble = "link_trouble"
        case presenceNote = "presence_note"
        case outSince = "out_since"
    }
}

/// When something in a run happened: measured since its beginning, and labelled in UTC.
package struct Instant: Codable, Sendable, Equatable {
    @InNanoseconds package var elapsed: Duration
    package var utc: String

    enum CodingKeys: String, CodingKey {
        case elapsed = "elapsed_ns"
        case utc
    }
}
