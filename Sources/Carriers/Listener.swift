import Link
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Vocabulary

/// A socket at which connections come in.
package struct Listener: Doorway {
    package enum Place: Sendable {
        /// Who may come is decided by the folder in which the socket stands. At most 107 bytes: give a path relative to the
        /// working directory where the whole one could be longer.
        case unix(path: String)
        /// Port 0: one of the system's choice.
        case tcp(host: String, port: Int, DoorSecurity)
    }

    /// The port that was bound; nil on a unix socket.
    package let port: Int?
    private let channel: NIOAsyncChannel<Visitor, Never>

    /// Binds; connections are answered once `admit` is called, and a listener that is bound must be admitted at or closed.
    package static func bind(_ place: Place) async throws -> Listener {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
        switch place {
        case .unix(let path):
            let channel = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { child in
                child.eventLoop.makeSucceededFuture(Visitor(child, tls: nil, peer: path))
            }
            return Listener(port: nil, channel: channel)
        case .tcp(let host, let port, let security):
            let tls = try TLS.server(security)
            let channel = try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port) { child in
                    child.eventLoop.makeSucceededFuture(Visitor(child, tls: tls, peer: child.remoteAddress.map { "\($0)" } ?? "?"))
                }
            return Listener(port: channel.channel.localAddress?.port, channel: channel)
        }
    }

    package func admit(_ serve: @escaping @Sendable (any Carrier) async -> Void) async throws {
        try await channel.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await visitor in connections {
                    group.addTask { if let carrier = try? await visitor.letIn() { await serve(carrier) } }
                }
                group.cancelAll()
            }
        }
    }

    /// Closes a listener at which nobody was admitted.
    package func close() async throws { try await channel.executeThenClose { _ in } }
}

/// Somebody at the door, of whom nothing has been read yet. Who came just when the door was closed is sent away.
private final class Visitor: Sendable {
    private let channel: any Channel
    private let tls: NIOSSLContext?
    private let peer: String
    private let isIn = Atomic<Bool>(false)

    init(_ channel: any Channel, tls: NIOSSLContext?, peer: String) {
        self.channel = channel
        self.tls = tls
        self.peer = peer
    }

    deinit { if !isIn.load(ordering: .relaxed) { channel.close(mode: .all, promise: nil) } }

    /// Begins to read; whoever is given the carrier must lend it.
    func letIn() async throws -> ChannelCarrier {
        isIn.store(true, ordering: .relaxed)
        let (channel, tls, peer) = (channel, tls, peer)
        do {
            let carrier = try await channel.eventLoop.submit {
                try ChannelCarrier(wrapping: channel, tls: tls.map { NIOSSLServerHandler(context: $0) }, peer: peer)
            }.get()
            channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(mode: .all, promise: nil) }
            return carrier
        } catch {
            channel.close(mode: .all, promise: nil)
            throw error
        }
    }
}
