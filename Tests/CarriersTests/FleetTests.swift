import Carriers
import Link
import TestKit
import Testing
import Vocabulary

@Suite(.serialized) struct FleetTests {
    @Test("Two hundred agents dial one port with a key each, are told to begin and say that they did")
    func twoHundredAgents() async throws {
        let count = 200
        let refusals = Log<LinkError>()
        let reception = Reception<Order, Report> { refusals.add($0.why) }
        let controllers = (1...count).map { ControllerLink(Fixture.identity($0), build: "controller") }
        for link in controllers { reception.expect(link) }
        let listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0, .keys { reception.key($0) }))
        let port = try #require(listener.port)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await reception.run(at: listener) }
            for number in 1...count { group.addTask { try await agent(number, port: port) } }
            for link in controllers { guard case .up = await link.next() else { throw Unexpected() } }
            for link in controllers { try await link.send(.begin(StageOrder(1), epoch: 1, at: nil)) }
            for link in controllers {
                guard case .began = await link.nextMessage() else { throw Unexpected() }
                try await link.send(.leave(discard: true))
            }
            for _ in 1...count { try await group.next() }
            group.cancelAll()
        }
        #expect(refusals.entries.isEmpty)
    }

    /// An agent that begins when it is told to and leaves when it is told to.
    private func agent(_ number: Int, port: Int) async throws {
        let identity = Fixture.identity(number)
        let link = AgentLink(identity, build: "agent")
        let dialer = try TCPDialer(host: "127.0.0.1", port: port, security: .key(identity.token, identity: identity.agent.text))
        async let running: Void = link.run(dialling: dialer)
        while let order = await link.nextMessage() {
            switch order {
            case .begin(let stage, let epoch, _):
                try await link.send(.began(stage, epoch: epoch, at: SystemClock.now, firstOperation: nil))
            case .leave: link.close()
            default: break
            }
        }
        try await running
    }

    @Test("An agent with another agent's name does not come in with a key of its own")
    func stolenName() async throws {
        let refusals = Log<LinkError>()
        let reception = Reception<Order, Report> { refusals.add($0.why) }
        for number in 1...2 { reception.expect(ControllerLink(Fixture.identity(number), build: "controller")) }
        let listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0, .keys { reception.key($0) }))
        let own = Fixture.identity(1)
        let claimed = LinkIdentity(run: own.run, agent: AgentID(number: 2), token: own.token)
        let thief = AgentLink(claimed, build: "agent")
        let dialer = try TCPDialer(
            host: "127.0.0.1", port: try #require(listener.port), security: .key(own.token, identity: own.agent.text))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await reception.run(at: listener) }
            await #expect(throws: LinkError.refused("wrong token")) { try await thief.run(dialling: dialer) }
            try await eventually("reported") { refusals.entries == [.unwelcome(.token)] }
            group.cancelAll()
        }
    }
}
