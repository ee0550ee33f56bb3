import Coordination
import Foundation
import Testing

/// The real coordination under a pretend link and clock. `MUSTER_SIMULATION_SEEDS` sets how many seeds run,
/// `MUSTER_SIMULATION_SEED` runs a single one.
@Suite struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let only = environment["MUSTER_SIMULATION_SEED"].flatMap { UInt64($0) }
    private static let count = environment["MUSTER_SIMULATION_SEEDS"].flatMap { UInt64($0) } ?? 10_000

    /// Seeds are dealt to as many parts as can run side by side.
    private static let parts = UInt64(4)

    @Test("Every property holds for every seed", arguments: 0..<parts)
    func everySeed(part: UInt64) {
        if let only = Self.only {
            if part == 0, let violation = World(Scenario(seed: only)).play() { Issue.record(violation) }
            return
        }
        var found = 0
        for seed in stride(from: 1 + part, through: Self.count, by: Int(Self.parts)) where found < 3 {
            guard let violation = World(Scenario(seed: seed)).play() else { continue }
            found += 1
            Issue.record(violation)
        }
    }

    @Test(
        "Seeds above those of every day that found something once",
        arguments: [
            // An agent started anew in the place of one that worked is not taken for it by the next controller.
            23621, 87707,
        ])
    func foundOnce(seed: UInt64) {
        if let violation = World(Scenario(seed: seed)).play() { Issue.record(violation) }
    }

    @Test("Each rule broken on purpose is found by its checker", arguments: Mutant.allCases)
    func mutant(_ mutant: Mutant) throws {
        let checker = try #require(everyChecker.first { $0.name == mutant.foundBy })
        let isFound = (1...3000).contains { World(Scenario(seed: $0), mutant: mutant, checkers: [checker]).play() != nil }
        #expect(isFound, "no seed up to 3000 shows that \(mutant) is wrong")
    }

    @Test("A seed plays the same run twice")
    func deterministic() {
        for seed in UInt64(1)...50 {
            let first = World(Scenario(seed: seed))
            let second = World(Scenario(seed: seed))
            _ = (first.play(), second.play())
            #expect(first.happenings == second.happenings && first.now == second.now)
            #expect(first.machine.verdict == second.machine.verdict)
        }
    }

    @Test("The seeds reach every ending, every barrier's opening and breaking, and every way to leave a run")
    func coverage() {
        var exits: Set<Int32> = []
        var facts: Set<String> = []
        for seed in UInt64(1)...2000 {
            let world = World(Scenario(seed: seed), checkers: [FactCollector.self])
            _ = world.play()
            if let code = world.machine.verdict?.exitCode { exits.insert(code) }
            if let collector = world.checkers.first as? FactCollector { facts.formUnion(collector.kinds) }
        }
        #expect(exits == [0, 1, 4, 5, 130])
        let expected: Set<String> = [
            "phaseChanged", "agentLinked", "agentReady", "agentNotReady", "agentUnreachable", "stageBegan", "agentBegan",
            "agentArrived", "agentOrdered", "finishOrdered", "agentGone", "preparationFailed", "collectOrdered", "withdrawOrdered",
            "barrierOpened",
            "barrierBroke", "stageEnded", "stageSkipped", "agentQueried", "agentLost",
            "agentFailed", "optionalFailure", "agentExcluded", "agentStraggles", "agentRejoined", "stopOrdered",
            "stopAcknowledged", "stopUnacknowledged", "runBroke", "interrupted", "interruptedAgain", "collected", "withdrawn",
        ]
        // No agent here is started by hand.
        #expect(facts == expected)
    }
}
