import Digests
import Foundation
import Link
import Plans
import Results
import TestKit
import Testing
import Vocabulary

@testable import Controller
@testable import Coordination

@Suite struct PartsTests {
    private func offset(_ value: Duration, bound: Duration) -> ClockEstimate.Offset {
        ClockEstimate.Offset(value: value, bound: bound, exchanges: 1)
    }

    @Test("Start skew is the spread on the controller's clock, and its bound covers both ends")
    func skew() {
        var skew = StartSkew()
        skew.add(AgentID(number: 1), began: Moment(nanoseconds: 5_000_000), offset: offset(.zero, bound: .microseconds(10)))
        #expect(skew.measured == nil)
        skew.add(
            AgentID(number: 2), began: Moment(nanoseconds: 3_605_000_300_000), offset: offset(.seconds(3600), bound: .microseconds(40)))
        skew.add(AgentID(number: 2), began: .zero, offset: offset(.zero, bound: .microseconds(10)))
        #expect(skew.measured?.skew == .nanoseconds(3_605_000_300_000 - 3_600_000_000_000 - 5_000_000))
        #expect(skew.measured?.bound == .microseconds(50))
    }

    @Test("A common start lies the longest delay ahead, on each agent's own clock")
    func commonStart() {
        let agents = [AgentID(number: 1), AgentID(number: 2), AgentID(number: 3)]
        var clocks: [AgentID: AgentClock] = [:]
        let now = SystemClock.now
        for (agent, shift) in zip(agents, [Duration.zero, .seconds(3600)]) {
            var clock = AgentClock()
            _ = clock.take(.init(sent: now, agentReceived: now + shift, agentSent: now + shift, received: now))
            clocks[agent] = clock
        }
        let actions: [RunAction] = agents.map {
            .order($0, .begin(StageOrder(2), epoch: 1, together: true, delay: $0 == agents[0] ? .seconds(2) : .zero))
        }
        let start = CommonStart(actions, now: now, clocks: clocks)
        #expect(start.moment(for: agents[0]) == now + .seconds(2))
        #expect(start.moment(for: agents[1]) == now + .seconds(3602))
        #expect(start.moment(for: agents[2]) == nil, "an agent whose clock is unknown begins at once")
    }

    @Test("The first measurement of a clock is told once, with its last exchange")
    func clock() {
        var clock = AgentClock()
        let told = (1...60).filter { number in
            let at = Moment(nanoseconds: Int64(number) * 1_000_000)
            return clock.take(.init(sent: at, agentReceived: at, agentSent: at, received: at)) != nil
        }
        #expect(told == [AgentClock.firstExchanges])
    }

    @Test("An advertised address is split from its port, and IPv6 stays whole")
    func advertise() {
        #expect(DirectDoor.split(nil) == (nil, nil))
        #expect(DirectDoor.split("10.0.0.1") == ("10.0.0.1", nil))
        #expect(DirectDoor.split("laptop:7000") == ("laptop", 7000))
        #expect(DirectDoor.split("fe80::1") == ("fe80::1", nil))
    }

    @Test("Something missing from the results makes a success degraded, and is named in every other verdict")
    func marking() {
        let success = RunVerdict.example(.success, 0).marking(["a file"])
        #expect(success.outcome == .degraded && success.exitCode == 5 && success.reasons == ["a file"])
        let failure = RunVerdict.example(.failed, 1).marking(["a file"])
        #expect(failure.outcome == .failed && failure.exitCode == 1 && failure.reasons == ["a file"])
        #expect(RunVerdict.example(.success, 0).marking([]) == .example(.success, 0))
    }

    private func pieces(_ bytes: [UInt8], cutAt cut: Int) -> [ResultPiece] {
        [
            ResultPiece(path: "a/b", offset: 0, bytes: Array(bytes[..<cut]), size: UInt64(bytes.count), isLast: false),
            ResultPiece(
                path: "a/b", offset: UInt64(cut), bytes: Array(bytes[cut...]), size: UInt64(bytes.count), isLast: true,
                sha256: SHA256.digest(of: bytes)),
        ]
    }

    @Test("A file that comes in pieces is home when its checksum is right, also where it came twice")
    func receiving() async throws {
        try await withTemporaryFolder { folder in
            var receiver = ResultReceiver(intake: try ResultIntake(folder: folder.path))
            let bytes = (0..<1000).map { UInt8($0 & 0xff) }
            let pieces = pieces(bytes, cutAt: 300)
            receiver.take(pieces[0])
            receiver.restart()
            for piece in pieces { receiver.take(piece) }
            #expect(!receiver.isComplete)
            receiver.end(files: 1, bytes: 1000)
            #expect(receiver.isComplete, "\(receiver.trouble ?? "")")
            #expect(try Array(Data(contentsOf: folder.appendingPathComponent("a/b"))) == bytes)
        }
    }

    @Test("A gap, a wrong checksum and a missing file are troubles, never silence", arguments: ["gap", "checksum", "missing"])
    func receivingDamage(damage: String) async throws {
        try await withTemporaryFolder { folder in
            var receiver = ResultReceiver(intake: try ResultIntake(folder: folder.path))
            var pieces = pieces(Array(repeating: 7, count: 100), cutAt: 50)
            if damage == "gap" { pieces.removeFirst() }
            if damage == "checksum" { pieces[1].sha256[0] ^= 1 }
            for piece in pieces { receiver.take(piece) }
            receiver.end(files: damage == "missing" ? 2 : 1, bytes: 100)
            #expect(!receiver.isComplete)
            #expect(receiver.trouble != nil)
        }
    }
}

extension RunVerdict {
    fileprivate static func example(_ outcome: Outcome, _ exitCode: Int32) -> RunVerdict {
        RunVerdict(
            outcome: outcome, exitCode: exitCode, completed: [], failed: [], lost: [], incomplete: [], unreachable: [], total: 0,
            reasons: [], failedOptionalStages: [])
    }
}
