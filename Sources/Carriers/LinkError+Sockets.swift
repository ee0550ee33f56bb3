import Glibc
import Link
import NIOCore
import NIOPosix
import NIOSSL

extension LinkError {
    /// What an error of the sockets' means for the link, in words for people.
    init(from error: any Error) {
        switch error {
        case let error as LinkError: self = error
        case let error as NIOConnectionError: self = .unreachable(Self.words(error))
        // A stream that ends, in the handshake too, says nothing about keys: the peer may have been killed.
        case NIOSSLError.uncleanShutdown, NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])): self = .disconnected
        case NIOSSLError.handshakeFailed(let error): self = .keyRejected(Self.words(error))
        case let error as NIOSSLError: self = .keyRejected("\(error)")
        case let error as BoringSSLError: self = .keyRejected(Self.words(error))
        case is ChannelError, is IOError, is CancellationError: self = .disconnected
        default: self = .unreachable("\(error)")
        }
    }

    private static func words(_ error: NIOConnectionError) -> String {
        let peer = "\(error.host):\(error.port)"
        return switch error.connectionErrors.first?.error {
        case let error as IOError: "\(peer): \(String(cString: strerror(error.errnoCode)))"
        case ChannelError.connectTimeout(let time)?: "\(peer): no answer within \(time.nanoseconds / 1_000_000_000) s"
        case let error?: "\(peer): \(error)"
        case nil: "\(peer): the name is not known"
        }
    }

    /// The reason alone, as `HTTP_REQUEST`, of `error:1000009c:SSL routines:OPENSSL_internal:HTTP_REQUEST at /…/s3_both.cc:485`.
    private static func words(_ error: BoringSSLError) -> String {
        let text = "\(error)"
        guard let mark = text.firstRange(of: "OPENSSL_internal:") else { return text }
        return "TLS says \(text[mark.upperBound...].prefix { $0 != " " })"
    }
}
