import FoundationEssentials
import Vocabulary

/// What is known of a run: a fold over its events and nothing else, so that every view of it tells the same story.
///
/// Nothing in it goes backwards: an event with a number that was seen is ignored, phases and states only advance, elapsed time
/// never shrinks.
package struct RunRecord: Codable, Sendable, Equatable {
    package struct Verdict: Codable, Sendable, Equatable {
        package var outcome: RunOutcome
        package var exitCode: Int
        package var reasons: [String]

        enum CodingKeys: String, CodingKey {
            case outcome, reasons
            case exitCode = "exit_code"
        }
    }

    package internal(set) var run: RunID?
    package internal(set) var playbook = ""
    package internal(set) var beganAtUTC = ""
    package internal(set) var phase = RunPhase.preparing
    package internal(set) var agents: [AgentRecord] = []
    package internal(set) var stages: [StageRecord] = []
    /// The run's age at its last event.
    @InNanoseconds package internal(set) var elapsed: Duration = .zero
    package internal(set) var lastUTC = ""
    package internal(set) var lastSequence = 0
    package internal(set) var interruptions = 0
    /// Why the run was ended before its last stage; nil while it was not.
    package internal(set) var stopWhy: String?
    /// Who has, or last had, the run in hand.
    package internal(set) var controller: ControllerBeginning?
    package internal(set) var verdict: Verdict?

    package init() {}

    /// The record of a whole log.
    package init(events: some Sequence<Event>) {
        for event in events { apply(event) }
    }

    /// The stage that is being worked in, or the last one that was.
    package var currentStage: StageRecord? { stages.last { $0.state != .planned } }

    package func agent(_ id: AgentID) -> AgentRecord? { agents.first { $0.id == id } }

    /// Agents that have not dropped out.
    package var agentsIn: Int { agents.count { !$0.state.isOut } }

    /// Whether something is missing from what the run's numbers should be over.
    package var isPartial: Bool {
        if let verdict, verdict.outcome != .completed { return true }
        return agentsIn < agents.count || agents.contains { $0.collected?.complete == false }
    }

    /// `run.json`.
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    enum CodingKeys: String, CodingKey {
        case run, playbook, phase, agents, stages, interruptions, verdict, controller
        case beganAtUTC = "began_at_utc"
        case elapsed = "elapsed_ns"
        case lastUTC = "last_utc"
        case lastSequence = "last_seq"
        case stopWhy = "stop_why"
    }
}
