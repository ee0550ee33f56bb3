import Coordination
import Vocabulary

/// What the world shows to its checkers.
enum Sighting {
    /// The machine was given this.
    case gave(RunEvent)
    case decided(RunAction)
    /// After an event.
    case phase(RunPhase)
    /// The same event once more, or an old one: whether it changed anything.
    case repeated(RunEvent, changed: Bool)
    /// The load of a stage really begins; `ordered`: the world's moment at which it was to begin together.
    case loadBegan(agent: Int, StageOrder, epoch: UInt32)
    case loadEnded(agent: Int, StageOrder, epoch: UInt32, StageOutcome)
    /// At an arrival: operations that the controller counted, and the agent's own count.
    case counted(agent: Int, epoch: UInt32, controller: UInt64, agents: UInt64)
    /// An estimate that was used, beside the truth.
    case clock(agent: Int, error: Duration, bound: Duration)
    case controllerKilled
    /// Another controller has taken the run up.
    case attached
    /// Nothing more will happen.
    case over
}

/// One property of every run; nil is well, a sentence says what is wrong.
protocol Checker: Sendable {
    init(_ scenario: Scenario)
    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String?
}

extension Checker {
    static var name: String { "\(Self.self)" }
}

/// All properties that every seed is held to.
let everyChecker: [any Checker.Type] = [
    NoStageBeforeBarrier.self, EveryRunEnds.self, AllOrNothingNeverOpensWithoutAll.self, MajorityNeverWithHalfOrFewer.self,
    LateOrRepeatedChangesNothing.self, WantedIsNotSeen.self, NothingCountedTwice.self, NoAgentLeftBehind.self,
    PhasesOnlyAdvance.self, NothingBeginsAfterInterruption.self, VerdictIsTrue.self, ClockWithinItsBound.self,
    InterruptionIsQuick.self, FactsTellTheMachine.self,
]

/// What a run broke, with the line to type to see only that.
struct Violation: Error, CustomStringConvertible {
    var checker: String
    var what: String
    var seed: UInt64
    var at: Moment

    var description: String {
        """
        seed \(seed) at \(at): \(checker): \(what)
          to run only this: MUSTER_SIMULATION_SEED=\(seed) swift test --filter SimulationTests
        """
    }
}
