import Coordination
import Testing
import Vocabulary

@Suite struct PreparingTests {
    private let simple = rules(stage(1, .allOrNothing)) {
        $0.readyTimeout = .seconds(60); $0.deployTimeout = .seconds(100)
    }

    @Test("Nothing begins before every agent has its outcome")
    func waitsForAll() {
        var script = Script(simple)
        script.getReady(a, b)
        script.give(.linked(c))
        #expect(script.machine.phase == .preparing && script.stagesBegun.isEmpty)
        script.give(.ready(c))
        #expect(script.machine.phase == .running && script.stagesBegun == [1])
    }

    @Test("An unreachable agent ends the run with 4, after all the others' outcomes; the ready ones are withdrawn")
    func unreachable() throws {
        var script = Script(simple)
        script.give(.unreachable(a, why: "connection refused", mayRun: false))
        script.getReady(b)
        #expect(script.machine.phase == .preparing)
        script.give(.linked(c))
        script.give(.notReady(c, problems: ["/data is not writable", "no space"]))
        #expect(script.machine.phase == .stopping && script.stagesBegun.isEmpty)
        let withdrawn = script.actions.compactMap { if case .withdraw(let id, let keep, _) = $0 { keep ? nil : id } else { nil } }
        #expect(withdrawn == [b, c])
        script.finish()
        let verdict = try #require(script.verdict)
        #expect(verdict.exitCode == 4 && verdict.outcome == .failed && verdict.unreachable == [a, c])
        #expect(
            verdict.reasons == [
                "a could not be reached: connection refused", "c was not ready: /data is not writable", "c was not ready: no space",
            ])
    }

    @Test("With skip-unreachable the run goes on without it and is degraded")
    func skipped() throws {
        var script = Script(rules(stage(1, .allOrNothing)) { $0.skipUnreachable = true })
        script.give(.unreachable(a, why: "unknown name", mayRun: false))
        script.getReady(b, c)
        #expect(script.participants(of: 1) == [b, c])
        script.arrive(1, b, c)
        script.finish()
        let verdict = try #require(script.verdict)
        #expect(verdict.exitCode == 5 && verdict.completed == [b, c] && verdict.total == 3)
    }

    @Test("skip-unreachable does not skip an agent that has problems, nor go below min_agents")
    func notSkipped() {
        var script = Script(rules(stage(1, .allOrNothing)) { $0.skipUnreachable = true })
        script.getReady(a, b)
        script.give(.linked(c))
        script.give(.notReady(c, problems: ["no space"]))
        #expect(script.machine.preparationFailure != nil)
        script = Script(
            rules(stage(1, .allOrNothing)) {
                $0.skipUnreachable = true; $0.minimumAgents = 3
            })
        script.give(.unreachable(a, why: "unknown name", mayRun: false))
        script.getReady(b, c)
        script.finish()
        #expect(script.verdict?.exitCode == 4)
        #expect(script.verdict?.reasons == ["2 of at least 3 agents became ready", "a could not be reached: unknown name"])
    }

    @Test("READY has its own time-out, counted from the link")
    func readyTimeout() {
        var script = Script(simple)
        script.getReady(a, b)
        script.live(to: 50, a, b)
        script.give(.linked(c))
        script.live(to: 109, a, b, c)
        #expect(script.machine.phase == .preparing)
        script.live(to: 110, a, b, c)
        #expect(script.machine.phase == .stopping)
        #expect(script.machine.member(c)?.standing == .notReady(problems: ["it was not ready within 60.0 seconds"]))
    }

    @Test("An agent that never links is unreachable at the deadline, and withdrawn since something of it may run")
    func neverLinks() {
        var script = Script(simple)
        script.getReady(a, b)
        script.live(to: 100, a, b)
        #expect(script.machine.phase == .stopping)
        #expect(script.actions.contains { if case .withdraw(c, _, _) = $0 { true } else { false } })
    }

    @Test("A ready agent that falls silent while others prepare is unreachable")
    func silentWhileWaiting() {
        var script = Script(simple)
        script.getReady(a, b)
        script.live(to: 17, a)
        guard case .unreachable = script.machine.member(b)?.standing else { Issue.record("b is still counted on"); return }
    }

    @Test("READY given twice, or after the stages have begun, changes nothing")
    func twice() {
        var script = Script(simple)
        script.getReady(a, b, c)
        let count = script.actions.count
        script.getReady(a, b, c)
        #expect(script.actions.count == count)
    }
}
