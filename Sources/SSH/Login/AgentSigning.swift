import CLibSSH2
import Glibc

/// A login with a key that the person's ssh agent holds.
///
/// libssh2 asks for the signature by a callback. The first call has it made on a thread that may block and says "would
/// block"; when the signature is there the login is tried again, and the second call hands it over.
/// Touched on its session's thread only, hence `@unchecked`.
final class AgentSigning: @unchecked Sendable {
    private enum State {
        case idle
        case signing
        case signed(Result<[UInt8], AgentClient.Problem>)
    }

    let identity: AgentClient.Identity
    private let agent: AgentClient
    private var state = State.idle
    private weak var session: Session?

    init(_ identity: AgentClient.Identity, by agent: AgentClient) {
        self.identity = identity
        self.agent = agent
    }

    private var isRSA: Bool { HostKey(bytes: identity.key).type == "ssh-rsa" }

    /// The key as it is offered. libssh2 takes the signature's method from the key's type, and servers refuse `ssh-rsa`,
    /// which means SHA-1; so an RSA key goes under the name of its SHA-256 method.
    private var offered: [UInt8] {
        guard isRSA else { return identity.key }
        return WireReader.string(Array("rsa-sha2-256".utf8)) + identity.key.dropFirst(4 + "ssh-rsa".utf8.count)
    }

    func offer(_ session: Session, user: String) -> Int32 {
        self.session = session
        var owner: UnsafeMutableRawPointer? = Unmanaged.passUnretained(self).toOpaque()
        return libssh2_userauth_publickey(session.handle, user, offered, offered.count, signFromAgent, &owner)
    }

    /// LIBSSH2_ERROR_EAGAIN while the agent is at it. `signature` is then libssh2's to free.
    fileprivate func sign(
        _ message: [UInt8], _ signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, _ length: UnsafeMutablePointer<Int>
    ) -> Int32 {
        switch state {
        case .signing: return LIBSSH2_ERROR_EAGAIN
        case .idle:
            state = .signing
            askAgent(message)
            return LIBSSH2_ERROR_EAGAIN
        case .signed(.failure): return LIBSSH2_ERROR_AGENT_PROTOCOL
        case .signed(.success(let bytes)):
            let copy = malloc(max(1, bytes.count))?.assumingMemoryBound(to: UInt8.self)
            guard let copy else { return LIBSSH2_ERROR_ALLOC }
            copy.update(from: bytes, count: bytes.count)
            signature.pointee = copy
            length.pointee = bytes.count
            return 0
        }
    }

    private func askAgent(_ message: [UInt8]) {
        guard let session else { return }
        let (agent, key, flags) = (agent, identity.key, UInt32(isRSA ? 2 : 0))
        BlockingThreads.shared.run {
            let result = agent.sign(message, with: key, flags: flags)
            _ = session.loop.post {
                self.state = .signed(result)
                session.pump()
            }
        }
    }
}

private func signFromAgent(
    _ session: OpaquePointer?, _ signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ length: UnsafeMutablePointer<Int>?,
    _ message: UnsafePointer<UInt8>?, _ count: Int, _ owner: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
    guard let signature, let length, let message, let owner = owner?.pointee else { return LIBSSH2_ERROR_BAD_USE }
    let signing = Unmanaged<AgentSigning>.fromOpaque(owner).takeUnretainedValue()
    return signing.sign(Array(UnsafeBufferPointer(start: message, count: count)), signature, length)
}
