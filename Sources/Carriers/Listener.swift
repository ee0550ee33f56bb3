import Link
import NIOCore
import NIOPosix
import NIOSSL
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
    private let channel: NIOAsyncChannel<ChannelCarrier, Never>

    /// Binds; connections are answered once `admit` is called, and a listener that is bound must be admitted at or closed.
    package static func bind(_ place: Place) async throws -> Listener {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        switch place {
        case .unix(let path):
            let channel = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { child in
                child.eventLoop.makeCompletedFuture { try ChannelCarrier(wrapping: child, tls: nil, peer: path) }
            }
            return Listener(port: nil, channel: channel)
        case .tcp(let host, let port, let security):
            let tls = try TLS.server(security)
            let channel = try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port) { child in
                    child.eventLoop.makeCompletedFuture {
                        let peer = child.remoteAddress.map { "\($0)" } ?? "?"
                        return try ChannelCarrier(wrapping: child, tls: tls.map { NIOSSLServerHandler(context: $0) }, peer: peer)
                    }
                }
            return Listener(port: channel.channel.localAddress?.port, channel: channel)
        }
    }

    package func admit(_ serve: @escaping @Sendable (any Carrier) async -> Void) async throws {
        try await channel.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    group.addTask { await serve(connection) }
                }
                group.cancelAll()
            }
        }
    }

    /// Closes a listener at which nobody was admitted.
    package func close() async throws { try await channel.executeThenClose { _ in } }
}
