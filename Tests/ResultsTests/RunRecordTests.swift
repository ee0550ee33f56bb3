import Results
import Testing
import Vocabulary

@Suite struct RunRecordTests {
    private let events = SampleRun.events()
    private func id(_ number: Int) -> AgentID { AgentID(number: number) }

    @Test("replaying the log gives the same record as having lived it")
    func replay() throws {
        var lived = RunRecord()
        for event in events { lived.apply(event) }
        let lines = try events.map { try $0.line() }
        #expect(RunRecord(events: try lines.map { try Event(line: $0) }) == lived)
        #expect(lived.phase == .degraded)
        #expect(lived.verdict?.exitCode == 5)
    }

    @Test("late and repeated events, in any order, change nothing")
    func duplicates() {
        let record = RunRecord(events: events)
        for seed in UInt64(1)...50 {
            var random = SplitMix(seed)
            var again = record
            for event in events.shuffled(using: &random) { again.apply(event) }
            #expect(again == record)
        }
    }

    @Test("whatever order events come in, phase, elapsed time and counts never go back, and an end stays")
    func monotone() {
        for seed in UInt64(1)...200 {
            var random = SplitMix(seed)
            let kinds = (SampleRun.kinds.dropFirst() + SampleRun.otherKinds).shuffled(using: &random)
            var record = RunRecord(events: SampleRun.events([SampleRun.kinds[0]]))
            for (index, kind) in kinds.enumerated() {
                let before = record
                let elapsed = Duration.milliseconds(Int.random(in: 0...60_000, using: &random))
                record.apply(Event(sequence: index + 2, utc: "", elapsed: elapsed, kind: kind))
                #expect(record.phase == before.phase || before.phase.canAdvance(to: record.phase))
                #expect(record.elapsed >= before.elapsed)
                #expect(!(before.verdict != nil && record.verdict != before.verdict))
                for (old, new) in zip(before.agents, record.agents) {
                    #expect(!old.state.isOut || (new.state == old.state && new.outSince == old.outSince))
                    #expect(new.reconnects >= old.reconnects)
                    #expect(old.presence != .gone || new.presence == .gone)
                }
                for (old, new) in zip(before.stages, record.stages) {
                    #expect(old.latest.map { $0.operationsDone <= new.latest?.operationsDone ?? 0 } ?? true)
                    #expect(old.arrivals.count <= new.arrivals.count)
                    #expect(old.endedAt == nil || old.endedAt == new.endedAt)
                }
            }
        }
    }

    @Test("having asked is not having seen: a stop order makes nobody stopped or gone")
    func wantedAndSeen() {
        let orders = SampleRun.agents.map { EventKind.stopOrdered($0, why: "interrupted") }
        var record = RunRecord(events: SampleRun.events([SampleRun.kinds[0]] + orders))
        #expect(record.agents.allSatisfy { $0.wanted == .stopped && $0.owesStop })
        #expect(record.agents.allSatisfy { $0.state == .waiting && $0.presence == .unknown && $0.collected == nil })
        record.apply(Event(sequence: 99, utc: "", elapsed: .seconds(1), kind: .stopAcknowledged(id(2))))
        #expect(record.agent(id(2))?.state == .stopped)
        #expect(record.agent(id(2))?.presence == .unknown)
        #expect(record.agent(id(1))?.state == .waiting)
    }

    @Test("an agent that is out stays out, with the second at which it was lost")
    func lostStaysLost() throws {
        let record = RunRecord(events: events)
        let lost = try #require(record.agent(id(3)))
        #expect(lost.state == .lost)
        #expect(lost.outSince?.elapsed == events.first { $0.kind.name == "agent_lost" }?.elapsed)
        #expect(record.agentsIn == 2)
        #expect(record.isPartial)
        #expect(record.agentsComplete == 2)
    }

    @Test("an agent that arrives twice is counted once")
    func arrivalsOnce() {
        var record = RunRecord(events: events)
        let before = record.stages[1].operations
        record.apply(
            Event(sequence: 10_000, utc: "", elapsed: .seconds(99), kind: .stageArrived(StageOrder(2), id(1), SampleRun.arrival)))
        #expect(record.stages[1].operations == before)
    }

    @Test("what came home complete is not incomplete again")
    func collectedStays() {
        var record = RunRecord(events: events)
        let partial = Collected(files: 1, bytes: 1, complete: false, via: .ssh)
        record.apply(Event(sequence: 10_000, utc: "", elapsed: .seconds(99), kind: .collected(id(1), partial)))
        #expect(record.agent(id(1))?.collected?.complete == true)
    }

    @Test("the record as JSON names its units")
    func json() throws {
        let text = String(decoding: try RunRecord(events: events).json(), as: UTF8.self)
        for key in ["\"elapsed_ns\"", "\"out_since\"", "\"exit_code\" : 5", "\"is_linked\"", "\"skew_ns\" : 84000"] {
            #expect(text.contains(key))
        }
    }
}

/// A small random source that gives the same numbers for the same seed everywhere.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
