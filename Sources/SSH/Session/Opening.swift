import CLibSSH2

/// What a channel is opened for.
enum ChannelRequest {
    case command(String, hasOwnLimit: Bool)
    case socket(path: String)
    /// Nothing: opening a channel is the only way to have libssh2 read, and so answer, when no other channel is there.
    case reading

    var isCommand: Bool { if case .command = self { true } else { false } }
    var command: String { if case .command(let command, _) = self { command } else { "" } }
    /// Whether the time limit goes on once it runs.
    var hasOwnLimit: Bool { if case .command(_, let has) = self { has } else { false } }

    /// For messages: `cannot open … on h0`.
    var name: String {
        switch self {
        case .command: "a channel for a command"
        case .socket(let path): "the unix socket \(path)"
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
    /// libssh2 keeps a pointer to it between calls.
    private let message: UnsafeMutableBufferPointer<CChar>

    init(_ request: ChannelRequest, for endpoint: (any Endpoint)?, limit: TimeLimit?) {
        self.request = request
        self.endpoint = endpoint
        self.limit = limit
        var bytes: [CChar] = []
        if case .socket(let path) = request {
            let text = path.utf8.map { CChar(bitPattern: $0) }
            bytes = Self.number(text.count) + text + Self.number(0) + Self.number(0)
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
        switch request {
        case .command, .reading: muster_ssh_open_session(handle, Self.window)
        case .socket: muster_ssh_open_streamlocal(handle, Self.window, message.baseAddress, length)
        }
    }

    /// A length as SSH writes it.
    private static func number(_ value: Int) -> [CChar] {
        withUnsafeBytes(of: UInt32(value).bigEndian) { $0.map { CChar(bitPattern: $0) } }
    }
}
