import Coordination
import Results
import Testing
import Vocabulary

@testable import Controller

/// What another controller reads in the log are the decisions of the one before it.
@Suite struct FactEventTests {
    private static let agent = AgentID(number: 1)
    private static let stage = StageOrder(2)

    static let facts: [RunFact] = [
        .phaseChanged(.ready), .phaseChanged(.running), .phaseChanged(.stopping), .agentLinked(agent), .agentReady(agent),
        .agentNotReady(agent, problems: ["one", "two\nlines"]), .agentUnreachable(agent, why: "no route", mayRun: true),
        .preparationFailed(.agents), .preparationFailed(.tooFew(ready: 1, minimum: 2)), .stageBegan(stage, epoch: 7, participants: [agent]),
        .agentOrdered(agent, stage, epoch: 7, together: true), .agentBegan(agent, stage, epoch: 7),
        .finishOrdered(stage, epoch: 7),
        .agentArrived(agent, stage, epoch: 7, .completed), .agentArrived(agent, stage, epoch: .max, .failed(why: "\u{0}\u{7f}é")),
        .agentArrived(agent, stage, epoch: 7, .stopped), .barrierOpened(stage, epoch: 7, arrived: [agent], missing: [AgentID(number: 2)]),
        .barrierBroke(stage, epoch: 7, why: "lost"), .stageEnded(stage, epoch: 7), .stageSkipped(stage, why: "it broke"),
        .agentQueried(agent, query: 3), .agentLost(agent, why: "silent", lastHeard: .zero), .agentGone(agent, why: "ended"),
        .agentFailed(agent, stage, why: "full"), .optionalFailure(agent, stage, why: "exit 7"), .agentExcluded(agent, stage, why: "late"),
        .agentStraggles(agent, stage), .agentRejoined(agent, stage), .stopOrdered(agent, why: "over"), .stopAcknowledged(agent),
        .stopUnacknowledged(agent), .runBroke(why: "lost"), .interrupted(why: "Ctrl-C"), .interruptedAgain, .collectOrdered(agent),
        .collected(agent, complete: false, note: "cut"), .withdrawOrdered(agent, keepResults: true), .agentStays(agent),
        .withdrawn(agent, proven: true, note: "killed"), .withdrawn(agent, proven: false, note: "no answer"),
    ]

    @Test("A decision that was written down is read as the same decision", arguments: facts)
    func roundTrip(fact: RunFact) throws {
        let circumstances = EventKind.Circumstances { _, _, outcome in
            StageArrival(outcome, statistics: nil)
        } facts: { _ in
            [:]
        } collected: { _, complete, note in
            Collected(nil, complete: complete, via: .ssh, note: note)
        }
        let kind = try #require(EventKind(fact, circumstances))
        let line = try Event(sequence: 1, utc: "2026-11-25T04:30:12.123Z", elapsed: .seconds(1), kind: kind).line()
        #expect(RunFact(try Event(line: line).kind) == fact)
    }

    @Test("Every sort of decision is among them")
    func complete() {
        let kinds = Set(Self.facts.map { String("\($0)".prefix { $0 != "(" }) })
        #expect(kinds.count == 34)
    }
}
