import Link
import NIOCore
import NIOSSL
import Vocabulary

/// How a dialler's stream is kept from others.
package enum DialSecurity: Sendable {
    /// What carries the stream keeps it already (ssh, a socket in a folder of our own), or nobody asked for it.
    case none
    /// TLS 1.2 with a key that both ends know, which proves each to the other; `identity` says which key.
    case key(Secret, identity: String)
}

/// How a doorway's streams are kept from others.
package enum DoorSecurity: Sendable {
    case none
    /// TLS 1.2 with the key of the identity that a dialler gives; nil: there is none.
    case keys(@Sendable (String) -> Secret?)
}

/// TLS with pre-shared keys: both ends are proved by one secret, and nothing has to be issued, signed or checked for dates.
enum TLS {
    static func client(_ security: DialSecurity) throws -> NIOSSLContext? {
        guard case .key(let key, let identity) = security else { return nil }
        var configuration = preSharedKeys()
        configuration.pskClientProvider = { _ in PSKClientIdentityResponse(key: bytes(key), identity: identity) }
        return try NIOSSLContext(configuration: configuration)
    }

    static func server(_ security: DoorSecurity) throws -> NIOSSLContext? {
        guard case .keys(let find) = security else { return nil }
        var configuration = preSharedKeys()
        configuration.pskServerProvider = { context in
            guard let key = find(context.clientIdentity) else { throw LinkError.keyRejected("unknown identity") }
            return PSKServerIdentityResponse(key: bytes(key))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// The only suite with forward secrecy and authenticated encryption that BoringSSL has for pre-shared keys; not in TLS 1.3.
    private static func preSharedKeys() -> TLSConfiguration {
        var configuration = TLSConfiguration.makePreSharedKeyConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.maximumTLSVersion = .tlsv12
        configuration.cipherSuites = "ECDHE-PSK-CHACHA20-POLY1305"
        // A peer that is gone is not waited for.
        configuration.shutdownTimeout = .milliseconds(200)
        return configuration
    }

    private static func bytes(_ key: Secret) -> NIOSSLSecureBytes {
        var bytes = NIOSSLSecureBytes()
        bytes.append(key.revealed.utf8)
        return bytes
    }
}

/// The secrets of links.
package enum LinkSecret {
    /// Bytes of a shared secret; more do not fit into TLS.
    package static let lengths = 16...256

    /// A token for one agent of one run: 32 random bytes as hex digits.
    package static func makeToken() -> Secret {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef")
        return Secret(String((0..<64).map { _ in digits[Int.random(in: 0..<16, using: &generator)] }))
    }

    /// The shared secret of `listen` mode, from the contents of its file; white space around it does not count.
    package static func shared(fileContents: [UInt8]) throws(LinkSecretError) -> Secret {
        guard let text = String(validating: fileContents, as: UTF8.self) else { throw .notText }
        var trimmed = Substring(text)
        while trimmed.first?.isWhitespace == true { trimmed.removeFirst() }
        while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
        guard lengths.contains(trimmed.utf8.count) else { throw .length(trimmed.utf8.count) }
        return Secret(String(trimmed))
    }
}

/// Why a file's contents cannot be a shared secret.
package enum LinkSecretError: Error, Sendable, Equatable, CustomStringConvertible {
    case notText
    case length(Int)

    package var description: String {
        let fix = "\n  fix: make one with: head -c 32 /dev/urandom | base64"
        return switch self {
        case .notText: "the shared secret is not text" + fix
        case .length(let bytes):
            "the shared secret has \(bytes) bytes; it takes \(LinkSecret.lengths.lowerBound) to \(LinkSecret.lengths.upperBound)" + fix
        }
    }
}
