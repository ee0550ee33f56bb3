import Link
import NIOCore
import NIOPosix
import NIOSSL
import Vocabulary

/// Takes over sockets that somebody else has connected: an end of an ssh channel, a socket in an agent's folder.
package struct DescriptorDialer: Dialer {
    private let peer: String
    private let connect: @Sendable () async throws -> Int32

    /// `connect` gives a connected stream socket, which belongs to the carrier from then on.
    package init(peer: String, connect: @escaping @Sendable () async throws -> Int32) {
        self.peer = peer
        self.connect = connect
    }

    package func dial() async throws -> any Carrier {
        let descriptor = try await connect()
        let peer = peer
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).withConnectedSocket(descriptor) { channel in
            channel.eventLoop.makeCompletedFuture { try ChannelCarrier(wrapping: channel, tls: nil, peer: peer) }
        }
    }
}

/// Dials a unix socket of this machine; a path holds at most 107 bytes.
package struct UnixDialer: Dialer {
    private let path: String

    package init(path: String) { self.path = path }

    package func dial() async throws -> any Carrier {
        let path = path
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(unixDomainSocketPath: path) { channel in
            channel.eventLoop.makeCompletedFuture { try ChannelCarrier(wrapping: channel, tls: nil, peer: path) }
        }
    }
}

/// Dials a TCP address.
package struct TCPDialer: Dialer {
    private let host: String
    private let port: Int
    private let timeout: Duration
    private let tls: NIOSSLContext?

    package init(host: String, port: Int, security: DialSecurity, timeout: Duration = .seconds(10)) throws {
        self.host = host
        self.port = port
        self.timeout = timeout
        tls = try TLS.client(security)
    }

    package func dial() async throws -> any Carrier {
        let peer = "\(host):\(port)"
        let tls = tls
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.nanoseconds(timeout.wholeNanoseconds))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        return try await bootstrap.connect(host: host, port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = try tls.map { try NIOSSLClientHandler(context: $0, serverHostname: nil) }
                return try ChannelCarrier(wrapping: channel, tls: handler, peer: peer)
            }
        }
    }
}
