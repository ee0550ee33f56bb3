import CLinux
import Glibc

/// The person's ssh agent (draft-miller-ssh-agent), asked from a thread that may block.
///
/// libssh2 has a client of its own, which would hold up every host of a loop while a person confirms a key.
struct AgentClient: Sendable {
    struct Identity: Sendable, Hashable {
        let key: [UInt8]
        let comment: String
    }

    struct Problem: Error, Hashable {
        let why: String
    }

    /// Seconds that an agent may take for an answer, which a person may have to confirm.
    private static let patience = 30
    private static let maximumAnswer = 256 << 10

    private let path: String

    /// nil where the target names no agent and the environment has none.
    init?(_ target: SSHTarget) {
        guard let path = target.agentPath ?? getenv("SSH_AUTH_SOCK").map({ String(cString: $0) }), !path.isEmpty else { return nil }
        self.path = path
    }

    func identities() -> Result<[Identity], Problem> {
        ask([11], expecting: 12).flatMap { answer in
            var reader = WireReader(answer)
            guard let count = reader.number(), count <= 1_000 else { return .failure(Problem(why: "gave no list of keys")) }
            var identities: [Identity] = []
            for _ in 0..<count {
                guard let key = reader.string(), let comment = reader.text() else { break }
                identities.append(Identity(key: key, comment: comment))
            }
            return .success(identities)
        }
    }

    /// The signature's own bytes, without the name of its method. `flags` 2: RSA with SHA-256.
    func sign(_ message: [UInt8], with key: [UInt8], flags: UInt32) -> Result<[UInt8], Problem> {
        let flags = withUnsafeBytes(of: flags.bigEndian, Array.init)
        return ask([13] + WireReader.string(key) + WireReader.string(message) + flags, expecting: 14).flatMap { answer in
            var outer = WireReader(answer)
            var inner = WireReader(outer.string() ?? [])
            guard inner.string() != nil, let signature = inner.string() else { return .failure(Problem(why: "gave no signature")) }
            return .success(signature)
        }
    }

    /// One question, one answer, without its type.
    private func ask(_ question: [UInt8], expecting type: UInt8) -> Result<[UInt8], Problem> {
        let descriptor = muster_connect_unix(path)
        guard descriptor >= 0 else { return .failure(Problem(why: errorText(errno))) }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let message = WireReader.string(question)
        let sent = message.withUnsafeBytes { send(descriptor, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == message.count, let header = Self.receive(4, descriptor) else { return .failure(Problem(why: "does not answer")) }
        let length = header.reduce(0) { $0 << 8 | Int($1) }
        guard (1...Self.maximumAnswer).contains(length), let answer = Self.receive(length, descriptor) else {
            return .failure(Problem(why: "broke its answer off"))
        }
        guard answer[0] == type else { return .failure(Problem(why: "refused")) }
        return .success(Array(answer.dropFirst()))
    }

    private static func receive(_ count: Int, _ descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress!, count, Int32(MSG_WAITALL)) }
        return received == count ? bytes : nil
    }
}
