import Testing
import Vocabulary

@testable import SSH

@Suite("A heartbeat")
struct HeartbeatTests {
    private func at(_ seconds: Int) -> Moment { .zero + .seconds(seconds) }

    @Test("asks after an interval of silence, and gives up after four")
    func silence() {
        var heartbeat = Heartbeat(interval: .seconds(15), now: .zero)
        #expect(heartbeat.beat(at(14)) == .none)
        for seconds in [15, 30, 45] {
            #expect(heartbeat.beat(at(seconds)) == .ask)
            heartbeat.asked(at(seconds))
        }
        #expect(heartbeat.next == at(60))
        #expect(heartbeat.beat(at(60)) == .dead(.seconds(60)))
    }

    @Test("asks nothing of a host that speaks, and survives a cut of five seconds")
    func speaking() {
        var heartbeat = Heartbeat(interval: .seconds(15), now: .zero)
        heartbeat.heard(at(14))
        #expect(heartbeat.beat(at(28)) == .none)
        #expect(heartbeat.beat(at(29)) == .ask)
        heartbeat.asked(at(29))
        heartbeat.heard(at(34))
        #expect(heartbeat.next == at(49))
    }

    @Test("gives nobody up because this side was suspended for an hour")
    func suspended() {
        let heartbeat = Heartbeat(interval: .seconds(15), now: .zero)
        #expect(heartbeat.beat(at(3_600)) == .ask)
    }
}
