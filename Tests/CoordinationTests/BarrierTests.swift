import Coordination
import Testing
import Vocabulary

/// Every row of the table of barriers in docs/coordination.md.
@Suite struct BarrierTests {
    private func barrier(_ type: BarrierType, _ count: Int, optional: Bool = false) -> Barrier {
        Barrier(
            rules: BarrierRules(type: type, wait: .seconds(20)), optional: optional, participants: (0..<count).map(Script.agent))
    }

    private func at(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    private func isBroken(_ decision: Barrier.Decision) -> Bool { if case .broken = decision { true } else { false } }

    @Test("all_or_nothing opens when every participant has arrived, and not before")
    func allOpens() {
        var barrier = barrier(.allOrNothing, 3)
        barrier.arrive(a, at: at(1))
        barrier.arrive(b, at: at(2))
        #expect(barrier.decision(at: at(2)) == .wait(until: at(21)))
        barrier.arrive(c, at: at(3))
        #expect(barrier.decision(at: at(3)) == .open(arrived: [a, b, c], missing: []))
    }

    @Test("all_or_nothing breaks as soon as one fails or is lost, even after it has arrived")
    func allBreaks() {
        for body: (inout Barrier) -> Void in [
            { $0.fail(b, why: "no") }, { $0.lose(b, why: "silent") },
            {
                $0.arrive(b, at: .zero)
                $0.lose(b, why: "silent")
            },
        ] {
            var barrier = barrier(.allOrNothing, 3)
            body(&barrier)
            #expect(isBroken(barrier.decision(at: at(0))))
        }
    }

    @Test("all_or_nothing breaks when the wait is over, but not in an optional stage")
    func allWait() {
        for optional in [false, true] {
            var barrier = barrier(.allOrNothing, 2, optional: optional)
            barrier.arrive(a, at: at(5))
            #expect(barrier.decision(at: at(24)) == .wait(until: at(25)))
            #expect(isBroken(barrier.decision(at: at(25))) == !optional)
        }
    }

    @Test("No wait counts before the first arrival")
    func noWaitBeforeArrival() {
        for type in BarrierType.allCases {
            #expect(barrier(type, 3).decision(at: at(1_000_000)) == .wait(until: nil))
        }
    }

    @Test("The wait starts again on progress of an agent still at work, and on nothing else")
    func progressRestarts() {
        var barrier = barrier(.bestEffort, 2)
        barrier.arrive(a, at: at(0))
        barrier.progress(b, to: 5, at: at(10))
        #expect(barrier.decision(at: at(20)) == .wait(until: at(30)))
        barrier.progress(b, to: 5, at: at(15))
        barrier.progress(a, to: 99, at: at(15))
        barrier.progress(d, to: 99, at: at(15))
        #expect(barrier.decision(at: at(30)) == .open(arrived: [a], missing: [b]))
    }

    @Test("Arriving twice is arriving once, and a failure after the arrival is none")
    func repeated() {
        var barrier = barrier(.majority, 4)
        barrier.arrive(a, at: at(0))
        barrier.arrive(b, at: at(1))
        let once = barrier
        barrier.arrive(a, at: at(9))
        barrier.fail(a, why: "late")
        #expect(barrier == once)
    }

    @Test("majority never opens with half or fewer, whatever the wait", arguments: 1...9)
    func majorityNeedsMore(count: Int) {
        for arrived in 0...count {
            var barrier = barrier(.majority, count)
            for i in 0..<arrived { barrier.arrive(Script.agent(i), at: at(0)) }
            let isOpen = if case .open = barrier.decision(at: at(100)) { true } else { false }
            #expect(isOpen == (2 * arrived > count))
        }
    }

    @Test("majority waits for all while the wait lasts, and opens at once when the rest is settled")
    func majorityOpens() {
        var barrier = barrier(.majority, 3)
        barrier.arrive(a, at: at(0))
        barrier.arrive(b, at: at(1))
        #expect(barrier.decision(at: at(19)) == .wait(until: at(20)))
        #expect(barrier.decision(at: at(20)) == .open(arrived: [a, b], missing: [c]))
        barrier.lose(c, why: "silent")
        #expect(barrier.decision(at: at(2)) == .open(arrived: [a, b], missing: []))
    }

    @Test("majority breaks as soon as no more than half can arrive", arguments: 1...9)
    func majorityBreaks(count: Int) {
        var barrier = barrier(.majority, count)
        for lost in 1...count {
            barrier.lose(Script.agent(lost - 1), why: "silent")
            #expect(isBroken(barrier.decision(at: at(0))) == (2 * (count - lost) <= count))
        }
    }

    @Test("majority opens with the arrival that makes the majority after the wait was over")
    func majorityLate() {
        var barrier = barrier(.majority, 3)
        barrier.arrive(a, at: at(0))
        #expect(barrier.decision(at: at(50)) == .wait(until: nil))
        barrier.arrive(b, at: at(51))
        #expect(barrier.decision(at: at(51)) == .open(arrived: [a, b], missing: [c]))
    }

    @Test("best_effort opens when the wait is over or nobody is at work, with as little as one")
    func bestEffort() {
        var barrier = barrier(.bestEffort, 3)
        barrier.arrive(a, at: at(0))
        #expect(barrier.decision(at: at(20)) == .open(arrived: [a], missing: [b, c]))
        barrier.fail(b, why: "no")
        barrier.lose(c, why: "silent")
        #expect(barrier.decision(at: at(1)) == .open(arrived: [a], missing: []))
    }

    @Test("best_effort breaks only when no agent is left")
    func bestEffortBreaks() {
        var barrier = barrier(.bestEffort, 2)
        barrier.lose(a, why: "silent")
        #expect(barrier.decision(at: at(100)) == .wait(until: nil))
        barrier.fail(b, why: "no")
        #expect(isBroken(barrier.decision(at: at(100))))
    }
}
