import Link
import Testing
import Vocabulary

extension Samples {
    static func greeting(lastReceived: UInt64) -> Greeting {
        Greeting(build: "b", run: "r", agent: "a", token: Secret("t"), lastReceived: lastReceived)
    }
}

/// Two ends as values, with a line between them that is carried by hand.
private struct Line {
    var controller = LinkState<Order, Report>()
    var agent = LinkState<Report, Order>()

    mutating func connect() throws {
        controller.disconnected(.disconnected)
        agent.disconnected(.disconnected)
        let (ours, theirs) = (controller.lastReceived, agent.lastReceived)
        try controller.connected(Samples.greeting(lastReceived: theirs), at: .zero)
        try agent.connected(Samples.greeting(lastReceived: ours), at: .zero)
    }

    /// Carries what the agent has to say, and the acknowledgements back.
    mutating func carry(byteLimit: Int = 1 << 20) throws {
        for frame in agent.takeFrames(byteLimit: byteLimit) { try controller.arrived(frame, at: .zero) }
    }

    mutating func carryBack() throws {
        for frame in controller.takeFrames(byteLimit: 1 << 20) { try agent.arrived(frame, at: .zero) }
    }

    mutating func say(_ report: Report) throws { agent.send(try report.encoded(), report.retention) }

    /// What the controller hears of reports until nothing is left.
    mutating func heard() -> [Report] {
        var reports: [Report] = []
        while let event = controller.next() {
            if case .received(let report, _) = event { reports.append(report) }
        }
        return reports
    }
}

@Suite struct LinkStateTests {
    @Test("A message is acknowledged when its reader asks for the one after it")
    func acknowledgedWhenDealtWith() throws {
        var line = Line()
        try line.connect()
        try line.say(.stopped)
        try line.carry()
        #expect(line.controller.lastReceived == 0)
        guard case .up = line.controller.next() else { throw Unexpected() }
        guard case .received(.stopped, _) = line.controller.next() else { throw Unexpected() }
        try line.carryBack()
        #expect(!line.agent.isAllAcknowledged)
        #expect(line.controller.next() == nil)
        try line.carryBack()
        #expect(line.agent.isAllAcknowledged)
    }

    @Test("What was under way when the connection went is sent again, and heard once")
    func heardOnce() throws {
        var line = Line()
        try line.connect()
        for number in 0..<10 { try line.say(.resultsEnd(files: number, bytes: 0)) }
        // Three frames arrive and are dealt with, the acknowledgement is lost; three more arrive and are not.
        let frames = line.agent.takeFrames(byteLimit: 1 << 20)
        for frame in frames.prefix(3) { try line.controller.arrived(frame, at: .zero) }
        var heard = line.heard()
        for frame in frames[3..<6] { try line.controller.arrived(frame, at: .zero) }
        try line.connect()
        try line.carry()
        heard += line.heard()
        #expect(heard == (0..<10).map { .resultsEnd(files: $0, bytes: 0) })
    }

    @Test("News that nobody fetched is replaced by newer news, and intervals keep the newest eight")
    func newestOnly() throws {
        var line = Line()
        for number in 0..<100 { try line.say(.heartbeat(Progress(stage: nil, operations: UInt64(number), bytes: 0))) }
        try line.connect()
        try line.carry()
        for number in 100..<110 {
            try line.say(.heartbeat(Progress(stage: nil, operations: UInt64(number), bytes: 0)))
            try line.carry()
        }
        #expect(line.heard() == [.heartbeat(Progress(stage: nil, operations: 109, bytes: 0))])
        #expect(Report.intervalLimit == 8)
    }

    @Test("Space ends with the window and comes back with acknowledgements")
    func window() throws {
        var line = Line()
        try line.connect()
        let piece = Report.file(
            ResultPiece(path: "a", offset: 0, bytes: [UInt8](repeating: 0, count: ResultPiece.byteLimit), size: 1 << 30, isLast: false))
        var pieces = 0
        while line.agent.hasSpace {
            try line.say(piece)
            pieces += 1
        }
        #expect(pieces == LinkState<Report, Order>.windowBytes / ResultPiece.byteLimit)
        try line.carry(byteLimit: 64 << 20)
        #expect(line.heard().count == pieces)
        try line.carryBack()
        #expect(line.agent.hasSpace && line.agent.isAllAcknowledged)
    }

    @Test("A gap in the numbers, a second greeting and news with a number are garbage")
    func garbage() throws {
        let stopped = try Report.stopped.encoded()
        let heartbeat = try Report.heartbeat(Progress(stage: nil, operations: 0, bytes: 0)).encoded()
        let wrong: [Packet] = [
            .message(number: 2, acknowledged: 0, payload: stopped), .hello(Samples.greeting), .refusal("no"),
            .message(number: 1, acknowledged: 0, payload: heartbeat), .message(number: nil, acknowledged: 0, payload: stopped),
            .message(number: nil, acknowledged: 1, payload: nil),
        ]
        for packet in wrong {
            var line = Line()
            try line.connect()
            #expect(throws: LinkError.self) { try line.controller.arrived(packet.encoded(), at: .zero) }
        }
    }

    @Test("A peer that has forgotten what it acknowledged is refused")
    func forgetfulPeer() throws {
        var line = Line()
        try line.connect()
        try line.say(.stopped)
        try line.carry()
        _ = line.heard()
        try line.carryBack()
        line.controller = LinkState()
        #expect(throws: LinkError.self) { try line.connect() }
    }

    @Test("An agent that talked with an earlier controller is taken up; one that knows none was started in its place, and is refused")
    func otherProcess() throws {
        func greeting(following controller: UInt64) -> Greeting {
            Greeting(build: "b", run: "r", agent: "a", token: Secret("t"), lastReceived: 0, controller: controller)
        }
        for follows in UInt64(0)...2 {
            var next = LinkState<Order, Report>(controller: 2, isKnown: true)
            if follows == 0 {
                #expect(throws: LinkError.self) { try next.connected(greeting(following: follows), at: .zero) }
            } else {
                try next.connected(greeting(following: follows), at: .zero)
            }
            var first = LinkState<Order, Report>(controller: 2)
            try first.connected(greeting(following: follows), at: .zero)
        }
    }

    @Test("A ping is answered by a pong")
    func keepAlive() throws {
        var line = Line()
        try line.connect()
        line.agent.ping()
        try line.carry()
        #expect(line.controller.takeFrames(byteLimit: 1 << 20) == [Packet.pong.encoded()])
    }
}

private struct Unexpected: Error {}
