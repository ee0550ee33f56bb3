import Coordination
import Testing
import Vocabulary

@Suite struct EndingTests {
    private func running(_ rules: RunRules) -> Script {
        var script = Script(rules)
        script.getReady(a, b, c)
        script.begin(1, a, b, c)
        return script
    }

    private func kinds(_ script: Script) -> [String] {
        var kinds: [String] = []
        for action in script.actions {
            let kind: String? =
                switch action {
                case .order(_, .stop): "stop"
                case .collect: "collect"
                case .withdraw(_, let keep, _): keep ? "withdraw, keeping" : "withdraw"
                case .end: "end"
                default: nil
                }
            if let kind, kinds.last != kind { kinds.append(kind) }
        }
        return kinds
    }

    @Test("Results come home first, then everybody is withdrawn, then the run ends")
    func order() {
        var script = running(rules(stage(1, .allOrNothing)))
        script.arrive(1, a, b, c)
        script.finish()
        #expect(kinds(script) == ["collect", "withdraw", "end"])
    }

    @Test("Results that did not come home stay on the host, and the run is degraded")
    func keepsResults() {
        var script = running(rules(stage(1, .allOrNothing)))
        script.arrive(1, a, b, c)
        script.give(.collected(a, complete: false, note: "connection reset"))
        script.finish()
        #expect(script.actions.contains { if case .withdraw(a, true, _) = $0 { true } else { false } })
        #expect(script.verdict?.exitCode == 5)
        #expect(script.verdict?.reasons == ["a's results are not all home: connection reset"])
    }

    @Test("Collection and withdrawal have deadlines, and what was not seen is said to be so")
    func deadlines() {
        var script = running(rules(stage(1, .allOrNothing)))
        script.arrive(1, a, b, c)
        script.pass(to: 899)
        #expect(script.machine.phase == .stopping && script.verdict == nil)
        script.pass(to: 931)
        #expect(script.verdict?.exitCode == 5 && script.verdict?.reasons.count == 6)
        #expect(script.machine.member(a)?.seen != .gone)
    }

    @Test("After a break everybody stops, the cleanup stages run, the others are skipped")
    func cleanupAfterBreak() {
        var script = running(
            rules(stage(1, .allOrNothing), stage(2, .allOrNothing), stage(3, .allOrNothing, type: .cleanup)))
        script.arrive(1, c, outcome: .failed(why: "disk full"))
        #expect(script.stopped == [a, b] && script.stagesBegun == [1])
        script.give(.stopped(a))
        #expect(script.stagesBegun == [1])
        script.give(.stopped(b))
        #expect(script.skipped == [2] && script.begun(3) == [a, b, c])
        script.arrive(3, a, b, c)
        script.finish()
        #expect(script.verdict?.exitCode == 1)
        #expect(script.verdict?.reasons == ["the barrier of stage 1 broke: c failed: disk full"])
    }

    @Test("Who does not acknowledge the stop in time takes no part in cleanup")
    func unacknowledged() {
        var script = running(rules(stage(1, .allOrNothing), stage(3, .allOrNothing, type: .cleanup)))
        script.give(.gone(c, why: "killed"))
        script.give(.stopped(a))
        script.pass(to: 29)
        #expect(script.stagesBegun == [1])
        script.pass(to: 30)
        #expect(script.begun(3) == [a])
    }

    @Test("Without cleanup after a break nothing more begins")
    func noCleanup() {
        var script = running(
            rules(stage(1, .allOrNothing), stage(3, .allOrNothing, type: .cleanup)) { $0.cleanupAfterBreak = false })
        script.give(.gone(c, why: "killed"))
        script.finish()
        #expect(script.skipped == [3] && script.stagesBegun == [1] && script.verdict?.exitCode == 1)
    }

    @Test("A broken cleanup stage ends cleanup, not the run")
    func brokenCleanup() {
        var script = running(
            rules(stage(1, .allOrNothing), stage(3, .allOrNothing, type: .cleanup), stage(4, nil, type: .cleanup)))
        script.give(.gone(c, why: "killed"))
        for agent in [a, b] { script.give(.stopped(agent)) }
        script.arrive(3, a, outcome: .failed(why: "no"))
        script.give(.stopped(b))
        #expect(script.begun(4) == [a, b])
        script.arrive(4, a, b)
        script.finish()
        #expect(script.verdict?.exitCode == 1)
    }

    @Test("Interrupted: processes go first, within 5 s; results come after; no cleanup; exit 130")
    func interrupted() throws {
        var script = running(rules(stage(1, .allOrNothing), stage(2, .allOrNothing, type: .cleanup)))
        script.pass(to: 3)
        script.give(.interrupted(why: "Ctrl-C"))
        #expect(script.stopped == [a, b, c])
        script.pass(to: 4)
        let by = script.actions.compactMap { if case .withdraw(_, true, let by) = $0 { by } else { nil } }
        #expect(by == Array(repeating: Moment(nanoseconds: 8_000_000_000), count: 3))
        script.finish()
        #expect(kinds(script) == ["stop", "withdraw, keeping", "collect", "withdraw", "end"])
        let verdict = try #require(script.verdict)
        #expect(verdict.exitCode == 130 && verdict.outcome == .interrupted && script.stagesBegun == [1])
        #expect(verdict.reasons == ["Ctrl-C"])
        #expect(script.phases.last == .cancelled)
    }

    @Test("Interrupted: an acknowledged stop is not waited for any longer")
    func interruptedQuickly() {
        var script = running(rules(stage(1, .allOrNothing)))
        script.give(.interrupted(why: "Ctrl-C"))
        for agent in [a, b, c] { script.give(.stopped(agent)) }
        #expect(script.actions.contains { if case .withdraw = $0 { true } else { false } })
    }

    @Test("The second interruption ends the collection, not the proof")
    func interruptedTwice() {
        var script = running(rules(stage(1, .allOrNothing)))
        script.give(.interrupted(why: "Ctrl-C"))
        script.give(.interruptedAgain)
        script.pass(to: 1)
        #expect(script.verdict == nil)
        for agent in [a, b, c] { script.give(.withdrawn(agent, proven: true, note: "")) }
        #expect(script.verdict?.exitCode == 130)
        #expect(kinds(script) == ["stop", "withdraw, keeping", "end"])
        for agent in [a, b, c] {
            #expect(script.facts.contains(.collected(agent, complete: false, note: "interrupted")))
            #expect(script.verdict?.reasons.contains("\(agent)'s results are not all home: interrupted") == true)
        }
    }

    @Test("The second interruption during the collection ends the run at once, and what is not home stays")
    func interruptedWhileCollecting() {
        var script = running(rules(stage(1, .allOrNothing)))
        script.give(.interrupted(why: "Ctrl-C"))
        script.pass(to: 1)
        for agent in [a, b, c] { script.give(.withdrawn(agent, proven: true, note: "")) }
        script.give(.collected(a, complete: true, note: ""))
        #expect(script.verdict == nil)
        script.give(.interruptedAgain)
        script.finish()
        #expect(script.verdict?.exitCode == 130)
        #expect(script.verdict?.reasons.contains("b's results are not all home: interrupted") == true)
        #expect(script.facts.contains(.collected(b, complete: false, note: "interrupted")))
        #expect(!script.facts.contains(.collected(a, complete: false, note: "interrupted")))
    }

    @Test("Interrupted while preparing: nothing to collect, everybody withdrawn, cancelled")
    func interruptedEarly() {
        var script = Script(rules(stage(1, .allOrNothing)))
        script.give(.linked(a))
        script.give(.interrupted(why: "SIGTERM"))
        script.finish()
        #expect(kinds(script) == ["withdraw", "end"])
        #expect(script.phases == [.stopping, .cancelled])
    }

    @Test("130 comes before 1 and 5, 1 before 5")
    func precedence() {
        var script = running(rules(stage(1, .allOrNothing)))
        script.give(.gone(c, why: "killed"))
        script.give(.interrupted(why: "Ctrl-C"))
        script.finish()
        #expect(script.verdict?.exitCode == 130)
    }

    @Test("Gone and stopped are written from what was seen, never from the order")
    func wantedIsNotSeen() {
        var script = running(rules(stage(1, .allOrNothing)))
        script.give(.interrupted(why: "Ctrl-C"))
        #expect(script.machine.member(a)?.wanted == .stop && script.machine.member(a)?.seen != .stopped)
        script.pass(to: 1)
        #expect(script.machine.member(a)?.wanted == .withdrawal && script.machine.member(a)?.seen != .gone)
        script.give(.withdrawn(a, proven: false, note: "no route"))
        #expect(script.machine.member(a)?.seen != .gone)
        script.give(.withdrawn(b, proven: true, note: ""))
        #expect(script.machine.member(b)?.seen == .gone)
    }

    @Test("After the end nothing happens any more")
    func afterTheEnd() {
        var script = running(rules(stage(1, .allOrNothing)))
        script.arrive(1, a, b, c)
        script.finish()
        #expect(script.give(.interrupted(why: "Ctrl-C")).isEmpty && script.give(.tick).isEmpty)
        #expect(script.machine.phase == .completed)
    }

    @Test("An arrival is no acknowledgement of a stop, and the acknowledgement of one stop is none of the next")
    func staleAcknowledgement() {
        var script = running(
            rules(stage(1, .allOrNothing), stage(3, .allOrNothing, type: .cleanup), stage(4, nil, type: .cleanup)))
        script.give(.gone(c, why: "killed"))
        script.give(.stopped(b))
        script.arrive(1, a, outcome: .stopped)
        #expect(script.stagesBegun == [1])
        script.give(.stopped(a))
        #expect(script.begun(3) == [a, b])
        script.give(.gone(b, why: "killed"))
        #expect(script.give(.stopped(b)).isEmpty && script.stagesBegun == [1, 3])
        script.give(.stopped(a))
        #expect(script.begun(4) == [a])
    }
}
