import Coordination
import Testing
import Vocabulary

@Suite struct StageTests {
    @Test("Stages run in order, each after the barrier before it, and the run completes with 0")
    func inOrder() throws {
        var script = Script(
            rules(stage(1, .allOrNothing, type: .prepare), stage(2, .allOrNothing), stage(3, .allOrNothing, type: .cleanup)))
        script.getReady(a, b, c)
        for number in 1...3 {
            #expect(script.stagesBegun == Array(1...number))
            #expect(script.begun(number) == [a, b, c])
            script.arrive(number, a, b)
            #expect(script.stagesBegun == Array(1...number))
            script.arrive(number, c)
        }
        script.finish()
        let verdict = try #require(script.verdict)
        #expect(verdict.outcome == .success && verdict.exitCode == 0 && verdict.completed == [a, b, c])
        #expect(verdict.reasons.isEmpty)
        #expect(script.phases == [.ready, .running, .stopping, .completed])
    }

    @Test("One agent takes the same way as three")
    func alone() {
        var script = Script(rules(stage(1, .majority), stage(2, nil)), agents: 1)
        script.getReady(a)
        script.arrive(1, a)
        script.arrive(2, a)
        script.finish()
        #expect(script.verdict?.exitCode == 0)
    }

    @Test("The start delay stands before the first stage that begins together, and before no other")
    func startDelay() {
        var script = Script(
            rules(stage(1, .allOrNothing, type: .prepare), stage(2, .allOrNothing), stage(3, .allOrNothing)), agents: 1)
        script.getReady(a)
        script.arrive(1, a)
        script.arrive(2, a)
        let begins = script.actions.compactMap { action -> [Duration]? in
            guard case .order(_, .begin(_, _, let together, let delay)) = action else { return nil }
            return [together ? .seconds(1) : .zero, delay]
        }
        #expect(begins == [[.zero, .zero], [.seconds(1), .seconds(2)], [.seconds(1), .zero]])
    }

    @Test("When a load is enough, all who perform it are told to complete it, once; the stage goes on to its barrier as always")
    func enough() {
        var script = Script(rules(stage(1, .allOrNothing), stage(2, .allOrNothing)))
        script.getReady(a, b, c)
        script.begin(1, a, b, c)
        script.arrive(1, a)
        let finish = AgentOrder.finish(StageOrder(1), epoch: script.epoch(1))
        #expect(script.give(.enough(StageOrder(2), epoch: 1)).isEmpty)
        let led = script.give(.enough(StageOrder(1), epoch: script.epoch(1)))
        #expect(led == [.note(.finishOrdered(StageOrder(1), epoch: 1)), .order(b, finish), .order(c, finish)])
        #expect(script.give(.enough(StageOrder(1), epoch: script.epoch(1))).isEmpty)
        // Another controller has to say it again: whoever heard of it does not do it twice.
        var other = RunMachine(rules: script.machine.rules, agents: [a, b, c], recalling: script.facts, now: script.now)
        let again = other.resume(at: script.now).filter { if case .order(_, .finish) = $0 { true } else { false } }
        #expect(again == [.order(b, finish), .order(c, finish)])
        script.arrive(1, b, c)
        #expect(script.stagesBegun == [1, 2] && script.stopped.isEmpty)
        script.arrive(2, a, b, c)
        script.finish()
        #expect(script.verdict?.exitCode == 0)
    }

    @Test("A late, repeated or wrong arrival changes nothing")
    func repeated() {
        var script = Script(rules(stage(1, .allOrNothing), stage(2, .allOrNothing)))
        script.getReady(a, b, c)
        script.arrive(1, a)
        let before = script.machine.members
        #expect(script.give(.arrived(a, StageOrder(1), epoch: 1, .completed)).isEmpty)
        #expect(script.give(.arrived(b, StageOrder(1), epoch: 7, .completed)).isEmpty)
        #expect(script.give(.arrived(b, StageOrder(2), epoch: 1, .completed)).isEmpty)
        #expect(script.give(.arrived(AgentID("stranger")!, StageOrder(1), epoch: 1, .completed)).isEmpty)
        #expect(script.machine.members.map(\.seen) == before.map(\.seen))
        script.arrive(1, b, c)
        #expect(script.give(.arrived(a, StageOrder(1), epoch: 1, .failed(why: "late"))).isEmpty)
        #expect(script.stagesBegun == [1, 2] && !script.runBroke)
    }

    @Test("all_or_nothing: one lost agent breaks the run within the liveness bound; the others stop; exit 1")
    func lossBreaks() throws {
        var script = Script(rules(stage(1, .allOrNothing)))
        script.getReady(a, b, c)
        script.begin(1, a, b, c)
        script.live(to: 15, a, b)
        #expect(!script.runBroke)
        script.live(to: 16, a, b)
        #expect(script.lost == [c] && script.broke == [1] && script.runBroke)
        #expect(script.stopped == [a, b, c])
        script.finish()
        let verdict = try #require(script.verdict)
        #expect(verdict.exitCode == 1 && verdict.lost == [c] && verdict.outcome == .failed)
        try #require(verdict.reasons.count == 1)
        #expect(verdict.reasons[0].hasPrefix("the barrier of stage 1 broke: c was lost: "))
    }

    @Test("A process that is gone is lost at once")
    func gone() {
        var script = Script(rules(stage(1, .allOrNothing)))
        script.getReady(a, b, c)
        script.give(.gone(c, why: "killed by signal 9"))
        #expect(script.lost == [c] && script.broke == [1])
    }

    @Test("majority: a lost agent is left behind and the run is degraded with 5")
    func majorityGoesOn() throws {
        var script = Script(rules(stage(1, .majority), stage(2, .majority)))
        script.getReady(a, b, c)
        script.give(.gone(c, why: "killed"))
        script.arrive(1, a, b)
        #expect(script.participants(of: 2) == [a, b])
        script.arrive(2, a, b)
        script.finish()
        let verdict = try #require(script.verdict)
        #expect(verdict.outcome == .degraded && verdict.exitCode == 5 && verdict.completed == [a, b] && verdict.total == 3)
    }

    @Test("majority: when the wait is over the others are stopped and excluded from what follows")
    func majorityExcludes() throws {
        var script = Script(rules(stage(1, .majority, wait: 4), stage(2, .majority)))
        script.getReady(a, b, c)
        script.begin(1, a, b, c)
        script.arrive(1, a, b)
        script.live(to: 5, a, b, c)
        #expect(script.opened == [1] && script.stopped == [c])
        #expect(script.participants(of: 2) == [a, b] && script.begun(2) == [a, b])
        script.arrive(1, c)
        script.arrive(2, a, b)
        script.finish()
        #expect(script.verdict?.exitCode == 5 && script.verdict?.incomplete == [c])
    }

    @Test("best_effort: a straggler works on, misses the stage that runs and takes part from the next one on")
    func straggler() throws {
        var script = Script(rules(stage(1, .bestEffort, wait: 4), stage(2, .bestEffort), stage(3, .bestEffort)))
        script.getReady(a, b, c)
        script.begin(1, a, b, c)
        script.arrive(1, a, b)
        script.live(to: 5, a, b, c)
        #expect(script.opened == [1] && script.stopped.isEmpty && script.participants(of: 2) == [a, b])
        script.arrive(1, c)
        #expect(script.begun(2) == [a, b])
        script.arrive(2, a, b)
        #expect(script.participants(of: 3) == [a, b, c] && script.begun(3) == [a, b, c])
        script.arrive(3, a, b, c)
        script.finish()
        let verdict = try #require(script.verdict)
        #expect(verdict.exitCode == 5 && verdict.completed == [a, b] && verdict.incomplete == [c])
        #expect(verdict.reasons == ["c did not go through stage 2"])
    }

    @Test("best_effort: a straggler that is lost is lost alone, and no barrier waits for it")
    func stragglerLost() {
        var script = Script(rules(stage(1, .bestEffort, wait: 4), stage(2, .allOrNothing)))
        script.getReady(a, b, c)
        script.arrive(1, a, b)
        script.live(to: 5, a, b, c)
        script.give(.gone(c, why: "killed"))
        script.arrive(2, a, b)
        script.finish()
        #expect(!script.runBroke && script.opened == [1, 2] && script.verdict?.exitCode == 5)
    }

    @Test("best_effort: with only a straggler left the run waits for it")
    func onlyStragglerLeft() {
        var script = Script(rules(stage(1, .bestEffort, wait: 4), stage(2, .bestEffort), stage(3, .bestEffort)))
        script.getReady(a, b, c)
        script.arrive(1, a)
        script.live(to: 5, a, b, c)
        for agent in [a, c] { script.give(.gone(agent, why: "killed")) }
        #expect(!script.runBroke && script.stagesBegun == [1, 2])
        script.arrive(1, b)
        #expect(script.begun(3) == [b])
        script.arrive(3, b)
        script.finish()
        #expect(script.verdict?.exitCode == 5)
    }

    @Test("Progress of a straggler keeps a barrier from giving up on it")
    func progressKeepsWaiting() {
        var script = Script(rules(stage(1, .allOrNothing, wait: 4)))
        script.getReady(a, b, c)
        script.begin(1, a, b, c)
        script.arrive(1, a, b)
        script.live(to: 40, a, b, c) { UInt64($0) }
        #expect(!script.runBroke)
        script.live(to: 43, a, b, c) { _ in 40 }
        #expect(!script.runBroke)
        script.live(to: 44, a, b, c) { _ in 40 }
        #expect(script.runBroke)
    }

    @Test("Figures of the stage before do not count as progress of the next one")
    func oldProgress() {
        var script = Script(rules(stage(1, .allOrNothing), stage(2, .bestEffort, wait: 4)))
        script.getReady(a, b, c)
        script.begin(1, a, b, c)
        script.arrive(1, a, b, c)
        script.give(.signal(c, progress: 1000))
        script.begin(2, a, b, c)
        script.arrive(2, a, b)
        script.live(to: 20, a, b, c) { UInt64($0) }
        #expect(script.opened == [1])
    }

    @Test("In an optional stage a failure counts as an arrival, is named, and the run is a success")
    func optionalFailure() throws {
        for type in BarrierType.allCases.map(Optional.some) + [nil] {
            var script = Script(rules(stage(1, type, optional: true), stage(2, .allOrNothing)))
            script.getReady(a, b, c)
            script.arrive(1, a, b)
            script.arrive(1, c, outcome: .failed(why: "no such tool"))
            script.arrive(2, a, b, c)
            script.finish()
            let verdict = try #require(script.verdict)
            #expect(verdict.exitCode == 0 && verdict.failedOptionalStages == [StageOrder(1)] && verdict.completed.count == 3)
        }
    }

    @Test("In an optional stage loss still breaks all_or_nothing")
    func optionalLoss() {
        var script = Script(rules(stage(1, .allOrNothing, optional: true)))
        script.getReady(a, b, c)
        script.give(.gone(c, why: "killed"))
        #expect(script.broke == [1])
    }

    @Test("A failed agent breaks all_or_nothing and is left behind by the others", arguments: BarrierType.allCases)
    func failure(type: BarrierType) {
        var script = Script(rules(stage(1, type), stage(2, type)))
        script.getReady(a, b, c)
        script.arrive(1, c, outcome: .failed(why: "disk full"))
        script.arrive(1, a, b)
        #expect(script.runBroke == (type == .allOrNothing))
        #expect(script.participants(of: 2) == (type == .allOrNothing ? nil : [a, b]))
        #expect(script.machine.member(c)?.standing == .failed(why: "disk full"))
    }

    @Test("Without barriers agents go on by themselves, stage after stage")
    func byThemselves() {
        var script = Script(rules(stage(1, nil), stage(2, nil), stage(3, nil)))
        script.getReady(a, b, c)
        script.arrive(1, a)
        script.arrive(2, a)
        #expect(script.begun(3) == [a] && script.begun(2) == [a])
        script.arrive(3, a)
        #expect(script.machine.phase == .running)
        for number in 1...3 { script.arrive(number, b, c) }
        script.finish()
        #expect(script.verdict?.exitCode == 0)
    }

    @Test("A barrier after stages without one waits for those still in the stages before")
    func barrierAfterNone() {
        var script = Script(rules(stage(1, nil), stage(2, .allOrNothing), stage(3, nil)))
        script.getReady(a, b, c)
        script.arrive(1, a, b)
        script.arrive(2, a, b)
        #expect(script.participants(of: 2) == [a, b, c] && script.opened.isEmpty)
        script.arrive(1, c)
        script.arrive(2, c)
        #expect(script.opened == [2] && script.begun(3) == [a, b, c])
    }

    @Test("on_agent_loss decides in a stage without a barrier", arguments: [RunRules.OnAgentLoss.abort, .continue])
    func onAgentLoss(policy: RunRules.OnAgentLoss) {
        var script = Script(rules(stage(1, nil), stage(2, nil)) { $0.onAgentLoss = policy })
        script.getReady(a, b, c)
        script.give(.gone(c, why: "killed"))
        #expect(script.runBroke == (policy == .abort))
        for number in 1...2 { script.arrive(number, a, b) }
        script.finish()
        #expect(script.verdict?.exitCode == (policy == .abort ? 1 : 5))
    }

    @Test("A stage's own barrier wins over on_agent_loss")
    func barrierWins() {
        var script = Script(rules(stage(1, .bestEffort)) { $0.onAgentLoss = .abort })
        script.getReady(a, b, c)
        script.give(.gone(c, why: "killed"))
        script.arrive(1, a, b)
        #expect(!script.runBroke && script.opened == [1])
    }

    @Test("Fewer than min_agents always breaks the run")
    func minimumAgents() {
        var script = Script(rules(stage(1, .bestEffort)) { $0.minimumAgents = 2 })
        script.getReady(a, b, c)
        script.give(.gone(c, why: "killed"))
        #expect(!script.runBroke)
        script.give(.gone(b, why: "killed"))
        #expect(script.runBroke)
        script.finish()
        #expect(script.verdict?.exitCode == 1)
    }

    @Test("An agent that lives but never ends its stage fails when its time is over")
    func neverEnds() {
        var script = Script(rules(stage(1, .majority, wait: 1000, timeout: 10)))
        script.getReady(a, b, c)
        script.arrive(1, a, b)
        script.live(to: 57, a, b, c)
        #expect(script.machine.member(c)?.standing == .taking)
        script.live(to: 60, a, b, c)
        #expect(script.opened == [1] && script.stopped == [c])
        #expect(script.machine.member(c)?.hasFailedForTest == true)
    }

    @Test("Leases are renewed every sixth of them, for all but the lost")
    func renewals() {
        var script = Script(rules(stage(1, .bestEffort, timeout: 1000)) { $0.lease = .seconds(60) })
        script.getReady(a, b, c)
        script.give(.gone(c, why: "killed"))
        script.live(to: 61, a, b)
        for (agent, expected) in [(a, 6), (b, 6), (c, 0)] {
            #expect(script.actions.count { $0 == .order(agent, .renew) } == expected)
        }
    }
}

extension Member {
    var hasFailedForTest: Bool { if case .failed = standing { true } else { false } }
}
