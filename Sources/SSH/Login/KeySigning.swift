import CLibSSH2
import Glibc

/// A key that can be offered to a host, and who signs with it.
struct KeyOffer: Sendable {
    enum Signer: Sendable {
        case open(OpenKey)
        case locked(LockedKey)
        /// `key`: how the agent knows it.
        case agent(AgentClient, key: [UInt8])

        var isLocked: Bool { if case .locked = self { true } else { false } }
    }

    /// RSA's signature methods (RFC 8332); `.own`: the one that belongs to the key's type, or that libssh2 agrees on with the host.
    enum Method: Sendable {
        case own
        case sha256
        case sha512
    }

    /// For messages.
    let name: String
    /// The public key or the certificate, as the host is shown it but for the method's name.
    let key: [UInt8]
    let signer: Signer
    var method = Method.own

    var type: String { HostKey(bytes: key).type }
    var isRSA: Bool { type == "ssh-rsa" }

    func with(_ method: Method) -> KeyOffer {
        var other = self
        other.method = method
        return other
    }

    /// The key as it is offered. libssh2 before 1.11 takes the signature's method from the key's type, and servers refuse
    /// `ssh-rsa`, which means SHA-1; so an RSA key goes under the name of a better method.
    var blob: [UInt8] {
        let name: String? =
            switch method {
            case .own: nil
            case .sha256: "rsa-sha2-256"
            case .sha512: "rsa-sha2-512"
            }
        guard let name, isRSA else { return key }
        return WireReader.string(Array(name.utf8)) + key.dropFirst(4 + "ssh-rsa".utf8.count)
    }
}

/// A login with one key.
///
/// libssh2 asks for the signature by a callback. Where it takes the agent's word or a person's passphrase, the first call sees to
/// that on a thread that may block and says "would block"; when the signature is there the login is tried again, and the
/// next call hands it over. Touched on its session's thread only, hence `@unchecked`.
final class KeySigning: @unchecked Sendable {
    private enum State {
        case idle
        case signing
        case signed([UInt8])
        case failed(String)
    }

    let offer: KeyOffer
    private let ask: PassphraseQuestion?
    private let blob: [UInt8]
    private var state = State.idle
    private weak var session: Session?

    init(_ offer: KeyOffer, asking ask: PassphraseQuestion?) {
        self.offer = offer
        self.ask = ask
        blob = offer.blob
    }

    /// Why there is no signature, where that is why the login failed.
    var failure: String? { if case .failed(let why) = state { why } else { nil } }

    func offer(_ session: Session, user: String) -> Int32 {
        self.session = session
        var owner: UnsafeMutableRawPointer? = Unmanaged.passUnretained(self).toOpaque()
        return libssh2_userauth_publickey(session.handle, user, blob, blob.count, signWithKey, &owner)
    }

    /// LIBSSH2_ERROR_EAGAIN while somebody is at it. `signature` is then libssh2's to free.
    fileprivate func sign(
        _ message: [UInt8], _ signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, _ length: UnsafeMutablePointer<Int>
    ) -> Int32 {
        if case .idle = state { begin(message) }
        switch state {
        case .idle, .signing: return LIBSSH2_ERROR_EAGAIN
        case .failed: return LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED
        case .signed(let bytes):
            let copy = malloc(max(1, bytes.count))?.assumingMemoryBound(to: UInt8.self)
            guard let copy else { return LIBSSH2_ERROR_ALLOC }
            copy.update(from: bytes, count: bytes.count)
            signature.pointee = copy
            length.pointee = bytes.count
            return 0
        }
    }

    private func begin(_ message: [UInt8]) {
        let bits = Self.bits(in: message)
        switch offer.signer {
        case .open(let key): state = Self.signed(key, message, bits)
        case .locked(let locked):
            wait()
            locked.unlock(ask) { result in
                self.settle {
                    switch result {
                    case .success(let key): Self.signed(key, message, bits)
                    case .failure(let problem): .failed(problem.why)
                    }
                }
            }
        case .agent(let agent, let key):
            wait()
            // RFC draft-miller-ssh-agent §4.5.1: 2 asks for SHA-256, 4 for SHA-512.
            let flags: UInt32 = offer.type.contains("rsa") ? (bits == 512 ? 4 : bits == 256 ? 2 : 0) : 0
            BlockingThreads.shared.run {
                let result = agent.sign(message, with: key, flags: flags)
                self.settle {
                    switch result {
                    case .success(let bytes): .signed(bytes)
                    case .failure(let problem): .failed("the agent \(problem.why)")
                    }
                }
            }
        }
    }

    private func wait() {
        state = .signing
        session?.suspendLogin()
    }

    /// Called on any thread.
    private func settle(_ make: @escaping @Sendable () -> State) {
        // A session that is gone has nobody who waits.
        guard let session else { return }
        _ = session.loop.post {
            guard !session.isOver else { return }
            self.state = make()
            session.resumeLogin()
        }
    }

    private static func signed(_ key: OpenKey, _ message: [UInt8], _ bits: Int) -> State {
        key.sign(message, bits: bits).map { .signed($0) } ?? .failed("no signature can be made with it")
    }

    /// The bits of SHA that the method which stands in the signed message (RFC 4252 §7) asks of RSA.
    private static func bits(in message: [UInt8]) -> Int {
        var reader = WireReader(message)
        _ = reader.string()
        var request = WireReader(reader.remainder.dropFirst())
        for _ in 0..<3 { _ = request.string() }
        var rest = WireReader(request.remainder.dropFirst())
        let method = rest.text() ?? ""
        return method.hasPrefix("rsa-sha2-512") ? 512 : method.hasPrefix("rsa-sha2-256") ? 256 : 1
    }
}

private func signWithKey(
    _ session: OpaquePointer?, _ signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ length: UnsafeMutablePointer<Int>?,
    _ message: UnsafePointer<UInt8>?, _ count: Int, _ owner: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
    guard let signature, let length, let message, let owner = owner?.pointee else { return LIBSSH2_ERROR_BAD_USE }
    let signing = Unmanaged<KeySigning>.fromOpaque(owner).takeUnretainedValue()
    return signing.sign(Array(UnsafeBufferPointer(start: message, count: count)), signature, length)
}
