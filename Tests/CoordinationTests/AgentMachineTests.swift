import Coordination
import Testing
import Vocabulary

@Suite struct AgentMachineTests {
    private let one = StageOrder(1)
    private var machine = AgentMachine(
        rules: AgentBounds(timeouts: [StageOrder(1): .seconds(20), StageOrder(2): .seconds(20)], lease: .seconds(60)), now: .zero)

    private func at(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    /// What an event leads to, without wakes.
    private mutating func give(_ event: AgentEvent, _ seconds: Int64) -> [AgentAction] {
        machine.event(event, at: at(seconds)).filter { if case .wake = $0 { false } else { true } }
    }

    @Test("An order to begin is performed once, however often it comes")
    mutating func beginsOnce() {
        #expect(give(.begin(one, epoch: 1, at: at(3)), 0) == [.perform(one, epoch: 1, at: at(3))])
        #expect(give(.begin(one, epoch: 1, at: at(3)), 1).isEmpty)
        #expect(give(.began(one, epoch: 1), 3) == [.report(.began(one, epoch: 1))])
        #expect(give(.ended(one, epoch: 1, .completed), 9) == [.report(.arrived(one, epoch: 1, .completed))])
        #expect(give(.begin(one, epoch: 1, at: nil), 10).isEmpty)
        #expect(give(.ended(one, epoch: 1, .completed), 10).isEmpty)
    }

    @Test("After a reconnect it says its last arrival again, until the next stage begins")
    mutating func saysAgain() {
        _ = give(.begin(one, epoch: 1, at: nil), 0)
        _ = give(.ended(one, epoch: 1, .completed), 1)
        #expect(give(.linked, 2) == [.report(.arrived(one, epoch: 1, .completed))])
        _ = give(.begin(StageOrder(2), epoch: 2, at: nil), 3)
        #expect(give(.linked, 4).isEmpty)
    }

    @Test("Its own time-out, counted from the moment ordered, ends the load and is reported as a failure")
    mutating func timesOut() {
        _ = give(.begin(one, epoch: 1, at: at(5)), 0)
        #expect(give(.tick, 24).isEmpty)
        #expect(give(.tick, 25) == [.endLoad(why: "the stage timed out after 20.0 seconds")])
        #expect(
            give(.ended(one, epoch: 1, .completed), 26)
                == [.report(.arrived(one, epoch: 1, .failed(why: "it timed out after 20.0 seconds")))])
    }

    @Test("A load that does not end is reported as failed, and a stop of it is not acknowledged before it has ended")
    mutating func doesNotEnd() {
        _ = give(.begin(one, epoch: 1, at: nil), 0)
        _ = give(.tick, 20)
        let reported = give(.tick, 25)
        #expect(reported.count == 1)
        #expect(give(.stop(why: "the run broke"), 26).isEmpty)
        #expect(give(.tick, 40).isEmpty)
        #expect(give(.ended(one, epoch: 1, .stopped), 41) == [.report(.stopped)])
    }

    @Test("A stop ends the load, and is acknowledged when it has ended")
    mutating func stops() {
        _ = give(.begin(one, epoch: 1, at: nil), 0)
        #expect(give(.stop(why: "the run broke"), 1) == [.endLoad(why: "the run broke")])
        #expect(give(.stop(why: "the run broke"), 2).isEmpty)
        #expect(
            give(.ended(one, epoch: 1, .stopped), 3) == [.report(.arrived(one, epoch: 1, .stopped)), .report(.stopped)])
        #expect(give(.stop(why: "again"), 4) == [.report(.stopped)])
    }

    @Test("A load that is to be complete at a moment is told so, if it is that one; it arrives as completed")
    mutating func completes() {
        #expect(give(.finish(one, epoch: 1, at: at(2)), 0).isEmpty)
        _ = give(.begin(one, epoch: 1, at: nil), 0)
        #expect(give(.finish(StageOrder(2), epoch: 2, at: at(2)), 1).isEmpty)
        #expect(give(.finish(one, epoch: 1, at: at(2)), 1) == [.completeLoad(at: at(2))])
        #expect(give(.ended(one, epoch: 1, .completed), 3) == [.report(.arrived(one, epoch: 1, .completed))])
        #expect(give(.finish(one, epoch: 1, at: at(2)), 4).isEmpty)
    }

    @Test("Any message renews the lease; at its end the load ends and the agent exits")
    mutating func lease() {
        _ = give(.begin(one, epoch: 1, at: at(55)), 0)
        _ = give(.heard, 10)
        #expect(give(.tick, 69).isEmpty)
        #expect(machine.leaseDeadline == at(70))
        let ends = give(.tick, 70)
        #expect(ends.count == 1 && machine.state == .ending)
        #expect(
            give(.ended(one, epoch: 1, .stopped), 71)
                == [.report(.arrived(one, epoch: 1, .stopped)), .exit(.leaseEnded)])
        #expect(give(.begin(StageOrder(2), epoch: 2, at: nil), 72).isEmpty)
    }

    @Test("A message that comes after the lease has ended does not bring it back")
    mutating func tooLate() {
        #expect(give(.heard, 60) == [.exit(.leaseEnded)])
        #expect(machine.state == .exited)
    }

    @Test("Its own load's reports renew no lease")
    mutating func ownEvents() {
        _ = give(.begin(one, epoch: 1, at: nil), 0)
        _ = give(.began(one, epoch: 1), 15)
        #expect(machine.leaseDeadline == at(60))
    }

    @Test("It exits even where the load does not end")
    mutating func exitsAnyway() {
        _ = give(.begin(one, epoch: 1, at: nil), 0)
        _ = give(.leave, 1)
        #expect(give(.tick, 5).isEmpty)
        #expect(give(.tick, 6) == [.exit(.ordered)])
    }

    @Test("It leaves at once when idle, says why when terminated")
    mutating func leaves() {
        #expect(give(.terminated(why: "SIGTERM"), 1) == [.exit(.terminated(why: "SIGTERM"))])
    }

    @Test("A stage that is not in its plan, or comes on top of another, is a failure that it reports")
    mutating func refuses() {
        #expect(
            give(.begin(StageOrder(9), epoch: 1, at: nil), 0)
                == [.report(.arrived(StageOrder(9), epoch: 1, .failed(why: "there is no stage 9 in its plan")))])
        _ = give(.begin(one, epoch: 2, at: nil), 0)
        #expect(
            give(.begin(StageOrder(2), epoch: 3, at: nil), 1)
                == [.report(.arrived(StageOrder(2), epoch: 3, .failed(why: "it still performs the stage before")))])
        #expect(machine.state == .performing)
    }

    @Test("Results are sent when nothing is performed")
    mutating func collects() {
        _ = give(.begin(one, epoch: 1, at: nil), 0)
        #expect(give(.collect, 1).isEmpty)
        #expect(give(.ended(one, epoch: 1, .completed), 2).last == .sendResults)
        #expect(give(.collect, 3) == [.sendResults])
    }

    @Test("A query is answered with its number")
    mutating func answers() { #expect(give(.query(7), 1) == [.report(.answer(7))]) }
}
