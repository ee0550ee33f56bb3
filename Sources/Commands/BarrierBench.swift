import ArgumentParser
import Carriers
import Link
import Vocabulary

/// `muster bench barrier`: how far apart agents hear that a barrier has opened.
///
/// Controller's ends and agents' ends of all links are in this one process, joined by TCP with a pre-shared key each, so that one
/// clock times them all: from the moment before the first order is posted to the receipt of each.
struct BarrierBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "barrier", abstract: "Order agents in this process to begin, over TCP, and time the receipts.")

    @Option(help: "Agents.")
    var agents = 200

    @Option(help: "Times that the barrier opens.")
    var rounds = 50

    func validate() throws {
        guard (1...2000).contains(agents), (1...100_000).contains(rounds) else {
            throw ValidationError("1 to 2000 agents, 1 to 100000 rounds")
        }
    }

    func run() async throws {
        guard let run = RunID("20260101-000000-bench-0000") else { preconditionFailure("a valid run id") }
        let identities = (1...agents).map { LinkIdentity(run: run, agent: AgentID(number: $0), token: LinkSecret.makeToken()) }
        let links = identities.map { ControllerLink($0, build: Build.name) }
        let reception = Reception<Order, Report> { Console.error("refused: \($0.why)") }
        for link in links { reception.expect(link) }
        let listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0, .keys { reception.key($0) }))
        guard let port = listener.port else { preconditionFailure("a TCP listener has a port") }
        let measured = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await reception.run(at: listener) }
            for identity in identities { group.addTask { try await Self.play(identity, port: port) } }
            for link in links { _ = await link.next() }
            var measured: [Round] = []
            for number in 1...rounds { measured.append(try await Self.open(links, epoch: UInt32(number))) }
            for link in links { try await link.send(.leave(discard: true)) }
            for _ in links { try await group.next() }
            group.cancelAll()
            return measured
        }
        report(measured)
    }

    /// One opening: when the first and the last agent had its order, from before the first was posted.
    private struct Round {
        let first: Duration
        let last: Duration
    }

    private static func open(_ links: [ControllerLink], epoch: UInt32) async throws -> Round {
        let begun = SystemClock.now
        for link in links { try link.post(.begin(StageOrder(1), epoch: epoch, at: nil)) }
        var receipts: [Moment] = []
        for link in links {
            while let event = await link.next() {
                guard case .received(.began(_, epoch: epoch, let at, _), _) = event else { continue }
                receipts.append(at)
                break
            }
        }
        guard let first = receipts.min(), let last = receipts.max() else { throw LinkError.closed }
        return Round(first: first - begun, last: last - begun)
    }

    /// An agent that answers each order to begin with the moment at which it had it.
    private static func play(_ identity: LinkIdentity, port: Int) async throws {
        let link = AgentLink(identity, build: Build.name)
        let dialer = try TCPDialer(host: "127.0.0.1", port: port, security: .key(identity.token, identity: identity.agent.text))
        async let running: Void = link.run(dialling: dialer)
        for await event in link.events {
            switch event {
            case .received(.begin(let stage, let epoch, _), _):
                try await link.send(.began(stage, epoch: epoch, at: SystemClock.now, firstOperation: nil))
            case .received(.leave, _): link.close()
            default: break
            }
        }
        try await running
    }

    private func report(_ rounds: [Round]) {
        let skews = rounds.map { ($0.last - $0.first).inSeconds }.sorted()
        let lasts = rounds.map { $0.last.inSeconds }.sorted()
        func text(_ sorted: [Double]) -> String {
            "median \(fixed(sorted[sorted.count / 2] * 1000, decimals: 2)) ms, maximum \(fixed((sorted.last ?? 0) * 1000, decimals: 2)) ms"
        }
        Console.output("\(agents) agents, \(rounds.count) rounds")
        Console.output("skew between the first and the last agent: \(text(skews))")
        Console.output("from the first order's posting to the last agent's receipt: \(text(lasts))")
    }
}
