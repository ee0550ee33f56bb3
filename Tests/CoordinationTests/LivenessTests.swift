import Coordination
import Testing
import Vocabulary

@Suite struct LivenessTests {
    private func at(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    @Test("An agent is lost after the missed heartbeats and retries + 1 unanswered queries, not before")
    func lost() {
        var liveness = Liveness(now: at(0))
        #expect(liveness.check(quick, at: at(9)) == .alive)
        #expect(liveness.check(quick, at: at(10)) == .query(1))
        #expect(liveness.check(quick, at: at(11)) == .alive)
        #expect(liveness.check(quick, at: at(12)) == .query(2))
        #expect(liveness.check(quick, at: at(14)) == .query(3))
        #expect(liveness.check(quick, at: at(15)) == .alive)
        #expect(liveness.check(quick, at: at(16)) == .lost)
        #expect(quick.bound == .seconds(16))
    }

    @Test("Any sign of life begins it anew")
    func heard() {
        var liveness = Liveness(now: at(0))
        _ = liveness.check(quick, at: at(10))
        _ = liveness.check(quick, at: at(12))
        liveness.heard(at: at(13))
        #expect(liveness.check(quick, at: at(22)) == .alive)
        #expect(liveness.check(quick, at: at(23)) == .query(3))
    }

    @Test("A controller that slept asks before it judges")
    func slept() {
        var liveness = Liveness(now: at(0))
        #expect(liveness.check(quick, at: at(5000)) == .query(1))
        #expect(liveness.check(quick, at: at(5001)) == .alive)
    }
}
