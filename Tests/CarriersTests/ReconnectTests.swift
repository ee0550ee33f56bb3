import Link
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Carriers

@Suite(.serialized) struct ReconnectTests {
    @Test("A newer connection of the same peer takes the older one's place")
    func newerConnection() async throws {
        try await withEnds(.unix) { ends in
            guard case .up = await ends.controller.next() else { throw Unexpected() }
            guard case .up = await ends.agent.next() else { throw Unexpected() }
            let second = ControllerLink(Fixture.identity(), build: "second", rules: Fixture.rules)
            async let running: Void = second.run(dialling: UnixDialer(path: ends.path))
            guard case .down(.replaced) = await ends.agent.next() else { throw Unexpected() }
            guard case .up(let peer) = await ends.agent.next() else { throw Unexpected() }
            #expect(peer.build == "second")
            ends.controller.close()
            second.close()
            try await running
        }
    }

    @Test("A peer that has gone silent is pinged, given up and dialled again")
    func silentPeer() async throws {
        var rules = Fixture.rules
        rules.keepAliveInterval = .milliseconds(30)
        rules.keepAliveTimeout = .milliseconds(30)
        let exchange = MemoryExchange()
        let link = ControllerLink(Fixture.identity(), build: "controller", rules: rules)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Greets, then reads and says no more.
                try await exchange.admit { carrier in
                    try? await carrier.lend { stream in
                        _ = try await stream.read()
                        try await stream.write([Packet.welcome(Fixture.identity().greeting(build: "mute", lastReceived: 0)).encoded()])
                        while try await stream.read() != nil {}
                    }
                }
            }
            group.addTask { try await link.run(dialling: exchange) }
            for _ in 0..<3 {
                guard case .up = await link.next() else { throw Unexpected() }
                guard case .down(.silent) = await link.next() else { throw Unexpected() }
            }
            link.close()
            group.cancelAll()
        }
    }

    @Test("A link on which nothing is said stays up, because both ends answer pings")
    func quietPeer() async throws {
        var rules = Fixture.rules
        rules.keepAliveInterval = .milliseconds(20)
        rules.keepAliveTimeout = .seconds(60)
        try await withEnds(.unix, rules: rules) { ends in
            guard case .up = await ends.controller.next() else { throw Unexpected() }
            let heard = ends.controller.lastHeard
            try await eventually("pongs") { ends.controller.lastHeard - heard > .milliseconds(200) }
            try await ends.agent.send(.stopped)
            guard case .received(.stopped, _) = await ends.controller.next() else { throw Unexpected() }
        }
    }

    @Test("A dialler gives up when nobody has been there for as long as it was told")
    func givesUp() async throws {
        var rules = Fixture.rules
        rules.giveUpAfter = .milliseconds(100)
        let link = ControllerLink(Fixture.identity(), build: "controller", rules: rules)
        do {
            try await link.run(dialling: UnixDialer(path: "/nonexistent/socket"))
            Issue.record("nobody was there")
        } catch let error as LinkError {
            guard case .unreachable = error else { throw error }
        }
        await #expect(throws: LinkError.closed) { try await link.send(.collect()) }
    }

    @Test("What keeps a dialler from a connection is told once, and not before it has lasted")
    func tellsFailure() async throws {
        var rules = Fixture.rules
        rules.giveUpAfter = .milliseconds(300)
        let told = Mutex<[LinkError]>([])
        for (after, count) in [(Duration.zero, 1), (.seconds(60), 0)] {
            rules.tellFailureAfter = after
            told.withLock { $0 = [] }
            let link = ControllerLink(Fixture.identity(), build: "controller", rules: rules)
            let port = try freePort()
            let dialer = try TCPDialer(host: "127.0.0.1", port: port, security: .key(Fixture.token, identity: "agent-1"))
            let why = LinkError.unreachable("127.0.0.1:\(port): Connection refused")
            await #expect(throws: why) { try await link.run(dialling: dialer) { why in told.withLock { $0.append(why) } } }
            #expect(told.withLock(\.self) == Array(repeating: why, count: count))
        }
    }

    @Test("An agent that somebody started by hand becomes its first controller's, and nobody else's")
    func adoption() async throws {
        let agent = AgentLink(nil, build: "agent", rules: Fixture.rules)
        let secret = Secret("a shared secret of the fleet")
        let listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0, .keys { _ in secret }))
        let dialer = try TCPDialer(host: "127.0.0.1", port: try #require(listener.port), security: .key(secret, identity: "listen"))
        let first = ControllerLink(Fixture.identity(1), build: "first", rules: Fixture.rules)
        let second = ControllerLink(Fixture.identity(2), build: "second", rules: Fixture.rules)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run(admittingAt: listener) { _ in } }
            group.addTask { try await first.run(dialling: dialer) }
            guard case .up = await first.next() else { throw Unexpected() }
            #expect(agent.identity == Fixture.identity(1))
            do {
                try await second.run(dialling: dialer)
                Issue.record("a second run came in")
            } catch LinkError.refused(let reason) {
                #expect(reason.hasPrefix("wrong agent 'agent-2'"))
            }
            try await first.send(.collect())
            #expect(await agent.nextMessage() == .collect())
            first.close()
            agent.close()
            try await group.waitForAll()
        }
    }
}
