import CLibSSH2
import Vocabulary

/// What a channel is opened for.
enum ChannelRequest {
    case command(String, hasOwnLimit: Bool)
    case socket(path: String)
    /// A TCP connection that the host makes, to a name as the host knows it.
    case tcp(host: String, port: Int)
    /// Nothing: opening a channel is the only way to have libssh2 read, and so answer, when no other channel is there.
    case reading

    var isTCP: Bool { if case .tcp = self { true } else { false } }
    var isCommand: Bool { if case .command = self { true } else { false } }
    var command: String { if case .command(let command, _) = self { command } else { "" } }
    /// Whether the time limit goes on once it runs.
    var hasOwnLimit: Bool { if case .command(_, let has) = self { has } else { false } }

    /// For messages: `cannot open … on h0`.
    var name: String {
        switch self {
        case .command: "a channel for a command"
        case .socket(let path): "the unix socket \(path)"
        case .tcp(let host, let port): "a connection to \(host):\(port)"
        case .reading: "a channel"
        }
    }
}

/// A channel that is being opened. A session opens one at a time, which is libssh2's rule.
///
/// Touched on the loop's thread only.
final class Opening {
    /// Bytes that a host may send before it must wait for us; enough for 20 MB/s at 100 ms.
    private static let window: UInt32 = 2 << 20

    let request: ChannelRequest
    /// nil: nobody wants it any more. It cannot be called back, so it is closed when it has opened.
    private(set) var endpoint: (any Endpoint)?
    private(set) var limit: TimeLimit?
    /// When it was its turn.
    private(set) var begunAt: Moment?
    /// libssh2 keeps a pointer to it between calls.
    private let message: UnsafeMutableBufferPointer<CChar>

    init(_ request: ChannelRequest, for endpoint: (any Endpoint)?, limit: TimeLimit?) {
        self.request = request
        self.endpoint = endpoint
        self.limit = limit
        let bytes: [CChar] =
            switch request {
            case .command, .reading: []
            // Two fields that nobody reads follow (OpenSSH's PROTOCOL, 2.4).
            case .socket(let path): Self.text(path) + Self.number(0) + Self.number(0)
            // Whence the connection comes (RFC 4254, 7.2); servers log it and do no more.
            case .tcp(let host, let port): Self.text(host) + Self.number(port) + Self.text("127.0.0.1") + Self.number(0)
            }
        message = .allocate(capacity: max(1, bytes.count))
        _ = message.initialize(fromContentsOf: bytes)
        length = UInt32(bytes.count)
    }

    private let length: UInt32

    deinit { message.deallocate() }

    func abandon(_ error: SSHError) {
        let endpoint = endpoint
        self.endpoint = nil
        limit = nil
        endpoint?.failed(error)
    }

    /// One try; nil where it is not open yet or was refused.
    func open(_ handle: OpaquePointer) -> OpaquePointer? {
        if begunAt == nil { begunAt = SystemClock.now }
        return switch request {
        case .command, .reading: muster_ssh_open_session(handle, Self.window)
        case .socket: muster_ssh_open_streamlocal(handle, Self.window, message.baseAddress, length)
        case .tcp: muster_ssh_open_tcp(handle, Self.window, message.baseAddress, length)
        }
    }

    private static func text(_ text: String) -> [CChar] { number(text.utf8.count) + text.utf8.map { CChar(bitPattern: $0) } }

    /// A number as SSH writes it.
    private static func number(_ value: Int) -> [CChar] {
        withUnsafeBytes(of: UInt32(value).bigEndian) { $0.map { CChar(bitPattern: $0) } }
    }
}
