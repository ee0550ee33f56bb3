import Link
import NIOCore
import NIOPosix
import TestKit
import Testing
import Vocabulary

@testable import Carriers

/// Whoever has no business here is cut off and reported once, and the link that stands goes on.
@Suite(.serialized) struct StrangerTests {
    /// What strangers send, and what is said of them.
    static let strangers: [(bytes: [UInt8], isExpected: @Sendable (LinkError) -> Bool)] = [
        (Array("GET / HTTP/1.1\r\n\r\n".utf8), { if case .frameTooLong = $0 { true } else { false } }),
        ([0xff, 0xff, 0xff, 0xff], { $0 == .frameTooLong(bytes: Int(UInt32.max)) }),
        ([0, 0x40, 0, 1], { $0 == .frameTooLong(bytes: Framing.byteLimit + 1) }),
        ([0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0xff], { if case .garbage = $0 { true } else { false } }),
        (frame(.ping), { $0 == .unwelcome(.noHello) }),
        (hello { $0.version = 99 }, { $0 == .unwelcome(.version(theirs: 99, ours: LinkProtocol.version)) }),
        (hello { $0.run = "another" }, { $0 == .unwelcome(.run(theirs: "another", ours: Fixture.identity().run)) }),
        (hello { $0.agent = "agent-2" }, { $0 == .unwelcome(.agent(theirs: "agent-2", ours: AgentID(number: 1))) }),
        (hello { $0.token = Secret("guess") }, { $0 == .unwelcome(.token) }),
        (hello { $0.lastReceived = 1_000_000 }, { if case .unwelcome(.mismatch) = $0 { true } else { false } }),
    ]

    @Test("Garbage, over-long frames and wrong greetings are cut off, reported once, and the link goes on", arguments: [Way.unix, .tcp])
    func strangersAreCutOff(way: Way) async throws {
        try await withEnds(way) { ends in
            guard case .up = await ends.controller.next() else { throw Unexpected() }
            for (index, stranger) in Self.strangers.enumerated() {
                try await visit(ends, sending: stranger.bytes)
                try await eventually("stranger \(index) is reported") { ends.refusals.entries.count == index + 1 }
                #expect(stranger.isExpected(ends.refusals.entries[index]), "stranger \(index): \(ends.refusals.entries[index])")
            }
            try await ends.controller.send(.collect())
            #expect(await ends.agent.nextMessage() == .collect())
            try await ends.agent.send(.stopped)
            guard case .received(.stopped, _) = await ends.controller.next() else { throw Unexpected() }
            #expect(ends.refusals.entries.count == Self.strangers.count)
        }
    }

    @Test("Bytes that are no TLS are cut off at a door with keys")
    func plainAtTLS() async throws {
        try await withEnds(.tls) { ends in
            guard case .up = await ends.controller.next() else { throw Unexpected() }
            try await visit(ends, sending: Self.hello { _ in })
            try await eventually("reported") { ends.refusals.entries.count == 1 }
            guard case .keyRejected = ends.refusals.entries.first else { throw Unexpected() }
            try await visit(ends, sending: Array("GET / HTTP/1.1\r\n\r\n".utf8))
            try await eventually("reported") { ends.refusals.entries.count == 2 }
            #expect(ends.refusals.entries[1] == .keyRejected("TLS says HTTP_REQUEST"))
            try await ends.controller.send(.collect())
            #expect(await ends.agent.nextMessage() == .collect())
        }
    }

    @Test(
        "A wrong key is turned away at both ends", arguments: [("agent-1", "wrong-wrong-wrong-wrong"), ("nobody", Fixture.token.revealed)])
    func wrongKey(identity: String, key: String) async throws {
        try await withEnds(.tls) { ends in
            let dialer = try TCPDialer(host: "127.0.0.1", port: ends.port ?? 0, security: .key(Secret(key), identity: identity))
            let stranger = ControllerLink(Fixture.identity(), build: "stranger", rules: Fixture.rules)
            do {
                try await stranger.run(dialling: dialer)
                Issue.record("a wrong key came through")
            } catch let error as LinkError {
                guard case .keyRejected = error else { throw error }
            }
            // A reset may reach the dialler before the reason does; it then dials again, and is reported again.
            try await eventually("reported") { !ends.refusals.entries.isEmpty }
            for refusal in ends.refusals.entries {
                guard case .keyRejected = refusal else { throw refusal }
            }
        }
    }

    @Test("A dialler with a wrong token is told so and gives up")
    func wrongToken() async throws {
        try await withEnds(.unix) { ends in
            let identity = LinkIdentity(run: Fixture.identity().run, agent: AgentID(number: 1), token: Secret("guess"))
            let stranger = ControllerLink(identity, build: "stranger", rules: Fixture.rules)
            await #expect(throws: LinkError.refused("wrong token")) { try await stranger.run(dialling: UnixDialer(path: ends.path)) }
        }
    }

    @Test("Who says nothing is cut off after the deadline, and so many at once are not let in")
    func silentStrangers() async throws {
        var rules = Fixture.rules
        let deadline = Duration.milliseconds(300)
        rules.greetingDeadline = deadline
        rules.greetingLimit = 3
        try await withEnds(.unix, rules: rules) { ends in
            guard case .up = await ends.controller.next() else { throw Unexpected() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { try await visit(ends, sending: []) } }
                try await group.waitForAll()
            }
            try await eventually("all are reported") { ends.refusals.entries.count == 10 }
            #expect(ends.refusals.entries.contains(.noGreeting(deadline)))
            #expect(ends.refusals.entries.contains(.crowded(limit: 3)))
            try await ends.controller.send(.collect())
            #expect(await ends.agent.nextMessage() == .collect())
        }
    }

    private static func frame(_ packet: Packet) -> [UInt8] {
        let bytes = packet.encoded()
        return [0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes
    }

    private static func hello(_ change: (inout Greeting) -> Void) -> [UInt8] {
        var greeting = Fixture.identity().greeting(build: "stranger", lastReceived: 0)
        change(&greeting)
        return frame(.hello(greeting))
    }
}

/// Connects to the doorway, sends bytes and waits until it is cut off.
private func visit(_ ends: Ends, sending bytes: [UInt8]) async throws {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    let channel =
        if let port = ends.port {
            try await bootstrap.connect(host: "127.0.0.1", port: port).get()
        } else {
            try await bootstrap.connect(unixDomainSocketPath: ends.path).get()
        }
    try? await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    try await channel.closeFuture.get()
}
