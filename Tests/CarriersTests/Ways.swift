import Foundation
import Link
import Synchronization
import TestKit
import Vocabulary

@testable import Carriers

/// Every way in which a link travels, and who dials.
enum Way: CaseIterable, Sendable {
    case memory, unix, descriptor, tcp, tls, tlsFromAgent
}

/// A dialler whose newest connection a test can cut.
final class CuttingDialer: Dialer {
    private let dialer: any Dialer
    private let abort = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ dialer: any Dialer) { self.dialer = dialer }

    func dial() async throws -> any Carrier { CuttableCarrier(carrier: try await dialer.dial(), dialer: self) }

    func cut() { abort.withLock { $0 }?() }

    fileprivate func remember(_ abort: @escaping @Sendable () -> Void) { self.abort.withLock { $0 = abort } }
}

private struct CuttableCarrier: Carrier {
    let carrier: any Carrier
    let dialer: CuttingDialer
    var peer: String { carrier.peer }
    var needsKey: Bool { carrier.needsKey }

    func lend(_ body: (CarrierStream) async throws -> Void) async throws {
        try await carrier.lend { stream in
            dialer.remember(stream.abort)
            try await body(stream)
        }
    }
}

/// Gathers what a callback is given.
final class Log<Entry: Sendable>: Sendable {
    private let gathered = Mutex<[Entry]>([])
    var entries: [Entry] { gathered.withLock { $0 } }
    func add(_ entry: Entry) { gathered.withLock { $0.append(entry) } }
}

/// Two ends of one link, running.
struct Ends: Sendable {
    let controller: ControllerLink
    let agent: AgentLink
    let dialer: CuttingDialer
    /// The port of the doorway, where it has one.
    let port: Int?
    let path: String
    let refusals: Log<LinkError>
}

enum Fixture {
    static let token = Secret("0123456789abcdef0123456789abcdef")

    static func identity(_ number: Int = 1) -> LinkIdentity {
        guard let run = RunID("20261125-043012-test-0f0f") else { preconditionFailure("a valid run id") }
        return LinkIdentity(run: run, agent: AgentID(number: number), token: Secret(token.revealed + "\(number)"))
    }

    /// Dials again without making a test wait.
    static var rules: LinkRules {
        var rules = LinkRules()
        rules.shortestBackoff = .milliseconds(1)
        rules.longestBackoff = .milliseconds(20)
        return rules
    }
}

/// Runs both ends of a link by this way while `body` goes on; both are closed and gone afterwards.
func withEnds(_ way: Way, rules: LinkRules = Fixture.rules, _ body: @escaping @Sendable (Ends) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
        let path = folder.appendingPathComponent("s").path
        let identity = Fixture.identity()
        let controller = ControllerLink(identity, build: "controller", rules: rules)
        let agent = AgentLink(identity, build: "agent", rules: rules)
        let refusals = Log<LinkError>()
        switch way {
        case .memory:
            let exchange = MemoryExchange()
            let ends = Ends(
                controller: controller, agent: agent, dialer: CuttingDialer(exchange), port: nil, path: path, refusals: refusals)
            try await run(ends, dials: controller, admits: agent, at: exchange, body)
        case .unix, .descriptor:
            let listener = try await Listener.bind(.unix(path: path))
            let dialer: any Dialer = way == .unix ? UnixDialer(path: path) : DescriptorDialer(peer: "fd") { try connectUnix(path) }
            let ends = Ends(controller: controller, agent: agent, dialer: CuttingDialer(dialer), port: nil, path: path, refusals: refusals)
            try await run(ends, dials: controller, admits: agent, at: listener, body)
        case .tcp, .tls, .tlsFromAgent:
            let listener = try await Listener.bind(
                .tcp(host: "127.0.0.1", port: 0, way == .tcp ? .none : .keys { $0 == identity.agent.text ? identity.token : nil }))
            let port = listener.port ?? 0
            let dialer = CuttingDialer(
                try TCPDialer(
                    host: "127.0.0.1", port: port, security: way == .tcp ? .none : .key(identity.token, identity: identity.agent.text)))
            let ends = Ends(controller: controller, agent: agent, dialer: dialer, port: port, path: path, refusals: refusals)
            if way == .tlsFromAgent {
                try await run(ends, dials: agent, admits: controller, at: listener, body)
            } else {
                try await run(ends, dials: controller, admits: agent, at: listener, body)
            }
        }
    }
}

private func run<A, B>(
    _ ends: Ends, dials: LinkEnd<A, B>, admits: LinkEnd<B, A>, at doorway: some Doorway,
    _ body: @escaping @Sendable (Ends) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await admits.run(admittingAt: doorway) { ends.refusals.add($0.why) } }
        group.addTask { try await dials.run(dialling: ends.dialer) }
        group.addTask {
            defer {
                ends.controller.close()
                ends.agent.close()
            }
            try await body(ends)
        }
        try await group.waitForAll()
    }
}

/// A connected descriptor, as an ssh channel would give one.
private func connectUnix(_ path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
    guard result == 0 else {
        close(descriptor)
        throw LinkError.unreachable("\(path): errno \(errno)")
    }
    return descriptor
}

extension LinkEnd {
    /// The next message, past ups and downs; nil once the link is closed.
    func nextMessage() async -> Received? {
        while let event = await next() {
            if case .received(let message, _) = event { return message }
        }
        return nil
    }
}
