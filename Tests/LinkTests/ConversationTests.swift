import Link
import Testing

@Suite struct ConversationTests {
    private var here = Conversation<String>(limit: 4)
    private var there = Conversation<String>(limit: 4)

    @Test("What is sent is delivered once and in order, whatever comes twice or in another order")
    mutating func onceInOrder() throws {
        let frames = ["a", "b", "c"].map { here.send($0) }
        #expect(try there.receive(frames[1]) == [])
        #expect(try there.receive(frames[0]) == ["a", "b"])
        #expect(try there.receive(frames[0]) == [])
        #expect(try there.receive(frames[1]) == [])
        #expect(try there.receive(frames[2]) == ["c"])
        #expect(there.lastReceived == 3)
    }

    @Test("A payload is kept until it is acknowledged, by any frame of the peer's")
    mutating func kept() throws {
        _ = try there.receive(here.send("a"))
        _ = here.send("b")
        #expect(here.unacknowledged == 2)
        _ = try here.receive(there.acknowledgement)
        #expect(here.unacknowledged == 1)
        _ = try here.receive(there.aside("heartbeat"))
        #expect(here.unacknowledged == 1 && here.lastAcknowledged == 1)
    }

    @Test("After a reconnect exactly what the peer lacks is sent again")
    mutating func resumes() throws {
        for text in ["a", "b", "c"] {
            let frame = here.send(text)
            if text == "a" { _ = try there.receive(frame) }
        }
        let again = try here.resume(peerHas: there.lastReceived)
        #expect(again.map(\.number) == [2, 3])
        var delivered: [String] = []
        for frame in again { delivered += try there.receive(frame) }
        #expect(delivered == ["b", "c"])
        #expect(try here.resume(peerHas: 3).isEmpty)
    }

    @Test("News passes beside it: unnumbered, not kept, delivered as it comes")
    mutating func news() throws {
        _ = here.send("a")
        #expect(try there.receive(here.aside("news")) == ["news"])
        #expect(here.unacknowledged == 1 && there.lastReceived == 0)
        #expect(try here.resume(peerHas: 0).compactMap(\.payload) == ["a"])
    }

    @Test("It is full at its limit and free again when acknowledged")
    mutating func bounded() throws {
        for i in 0..<4 {
            #expect(here.canSend)
            _ = try there.receive(here.send("\(i)"))
        }
        #expect(!here.canSend)
        try here.acknowledged(upTo: 1)
        #expect(here.canSend)
        try here.acknowledged(upTo: 0)
        #expect(here.unacknowledged == 3)
    }

    @Test("A peer that forgot, invents or runs ahead is found out")
    mutating func mismatches() throws {
        for text in ["a", "b"] { _ = try there.receive(here.send(text)) }
        _ = try here.receive(there.acknowledgement)
        #expect(throws: Conversation<String>.Mismatch.peerForgot(has: 1, acknowledged: 2)) { try here.resume(peerHas: 1) }
        #expect(throws: Conversation<String>.Mismatch.peerInvented(has: 9, sent: 2)) { try here.acknowledged(upTo: 9) }
        #expect(throws: Conversation<String>.Mismatch.tooFarAhead(number: 7, expected: 3)) {
            try there.receive(Conversation<String>.Frame(number: 7, acknowledged: 0, payload: "x"))
        }
    }

    @Test("A long conversation with cuts at random loses and repeats nothing", arguments: 1...20)
    func random(seed: UInt64) throws {
        var state = seed
        func random(_ n: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % n
        }
        var here = Conversation<Int>(limit: 8)
        var there = Conversation<Int>(limit: 8)
        var wire: [Conversation<Int>.Frame] = []
        var delivered: [Int] = []
        var next = 0
        while delivered.count < 500 {
            switch random(10) {
            case 0:
                wire = try here.resume(peerHas: there.lastReceived)
            case 1...4 where here.canSend:
                wire.append(here.send(next))
                next += 1
            case 5:
                _ = try here.receive(there.acknowledgement)
            default:
                guard !wire.isEmpty else { continue }
                let place = Int(random(UInt64(wire.count)))
                let frame = random(5) == 0 ? wire[place] : wire.remove(at: place)
                delivered += try there.receive(frame)
            }
        }
        #expect(delivered == Array(0..<delivered.count))
    }
}
