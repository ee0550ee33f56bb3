import CLibSSH2
import Glibc
import Vocabulary

/// The way from a host's name to a session that can be used: resolve, connect, greet, exchange keys, check the host's key, log in.
///
/// Touched on its session's thread only, hence `@unchecked`; all of it under one deadline.
final class Login: @unchecked Sendable {
    private enum Step {
        case resolving
        case dialing(Dialing)
        case handshake
        case authenticating(Authentication)
    }

    /// How long a person and the ssh agent may take.
    private static let patience = Duration.seconds(600)

    private(set) var deadline: Moment
    private unowned let session: Session
    private let answer: Answer<Session>
    private var step = Step.resolving

    init(_ session: Session, _ answer: Answer<Session>) {
        self.session = session
        self.answer = answer
        deadline = SystemClock.now + session.target.connectTimeout
    }

    var nextLimit: Moment {
        if case .dialing(let dialing) = step, let next = dialing.nextLimit { return min(deadline, next) }
        return deadline
    }

    /// `stream`: a descriptor that leads to the host already, which is then the session's.
    func begin(over stream: Int32?) {
        if let stream { return connected(.success(stream)) }
        let session = session
        Resolver.resolve(session.target.dialled, port: session.target.port) { result in
            // The session is held here, because the login itself does not keep it alive.
            _ = session.loop.post { if !session.isOver { self.resolved(result) } }
        }
    }

    func suspend() { deadline = SystemClock.now + Self.patience }

    /// The host has its time again from now on.
    func resume() {
        deadline = SystemClock.now + session.target.connectTimeout
        session.loop.tick(at: deadline)
    }

    func failed(_ error: SSHError) {
        if case .dialing(let dialing) = step {
            dialing.cancel()
            step = .resolving
        }
        answer.give(.failure(error))
    }

    func checkTime(_ now: Moment) {
        if now >= deadline {
            session.fail(.silent(place: session.target.place, phase: phase, after: session.target.connectTimeout))
        } else if case .dialing(let dialing) = step {
            dialing.checkTime(now)
        }
    }

    /// What is being waited for.
    private var phase: SSHError.Phase {
        switch step {
        case .resolving: .resolving
        case .dialing: .connecting
        case .handshake: hasGreeted ? .keyExchange : .greeting
        case .authenticating: .login
        }
    }

    private var hasGreeted: Bool { greeting.hasPrefix("SSH-") }

    /// What the host said first, as far as it has come.
    private var greeting: String {
        guard let handle = session.handle, let text = libssh2_session_banner_get(handle) else { return "" }
        return String(cString: text)
    }
}

// Reaching the host.
extension Login {
    private func resolved(_ result: Result<[SocketAddress], Resolver.Failure>) {
        switch result {
        case .failure(let failure): session.fail(.unknownHost(place: session.target.place, why: failure.why))
        case .success(let addresses):
            let dialing = Dialing(loop: session.loop, place: session.target.place, addresses: addresses) { self.connected($0) }
            step = .dialing(dialing)
            dialing.begin()
        }
    }

    private func connected(_ result: Result<Int32, SSHError>) {
        switch result {
        case .failure(let error): session.fail(error)
        case .success(let descriptor):
            step = .handshake
            guard session.adopt(descriptor) else {
                let why = errorText(errno)
                close(descriptor)
                return session.fail(.local(place: session.target.place, why: why))
            }
            guard session.makeHandle() else {
                return session.fail(.local(place: session.target.place, why: "libssh2 has no memory"))
            }
            preferMethods()
            session.pump()
        }
    }
}

// Speaking SSH.
extension Login {
    /// Fast methods first, weak ones not at all, and of host keys those that are known: else an old ECDSA key of the host
    /// would be shown where the person's file has its ed25519 key. Names that this libssh2 does not know are passed over.
    private func preferMethods() {
        let ciphers = "aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,aes256-ctr,aes192-ctr,chacha20-poly1305@openssh.com"
        let macs = "hmac-sha2-256-etm@openssh.com,hmac-sha2-256,hmac-sha2-512-etm@openssh.com,hmac-sha2-512,hmac-sha1"
        for (method, names) in [
            (LIBSSH2_METHOD_CRYPT_CS, ciphers), (LIBSSH2_METHOD_CRYPT_SC, ciphers), (LIBSSH2_METHOD_MAC_CS, macs),
            (LIBSSH2_METHOD_MAC_SC, macs), (LIBSSH2_METHOD_HOSTKEY, HostKeyCheck(session.target).preferredTypes),
        ] {
            libssh2_session_method_pref(session.handle, method, names)
        }
    }

    /// The next step, where it can be taken.
    func advance() -> Outcome {
        switch step {
        case .resolving, .dialing: .idle
        case .handshake: shakeHands()
        case .authenticating(let authentication): authenticate(authentication)
        }
    }

    private func shakeHands() -> Outcome {
        let status = libssh2_session_handshake(session.handle, session.socket)
        if status == LIBSSH2_ERROR_EAGAIN { return session.outcome(of: Int(status)) }
        guard status == 0 else {
            session.fail(handshakeFailure(status))
            return .over
        }
        if let error = checkHostKey() {
            session.fail(error)
            return .over
        }
        step = .authenticating(Authentication(session))
        return .moved
    }

    private func handshakeFailure(_ status: Int32) -> SSHError {
        let place = session.target.place
        guard hasGreeted else {
            let ended = [LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_SEND].contains(status)
            let words = greeting.prefix(while: { !$0.isNewline })
            // What speaks another protocol is no sshd that has too much to do.
            if ended, words.isEmpty || words.contains("MaxStartups") { return .dropped(place: place, words: String(words)) }
            return .notSSH(place: place, why: words.isEmpty ? session.lastWords : "it said: \(words)")
        }
        return .keyExchangeFailed(place: place, why: session.lastWords)
    }

    private func checkHostKey() -> SSHError? {
        var length = 0
        var type: Int32 = 0
        guard let key = libssh2_session_hostkey(session.handle, &length, &type) else {
            return .keyExchangeFailed(place: session.target.place, why: "the host showed no key")
        }
        let bytes = [UInt8](UnsafeRawBufferPointer(start: key, count: length))
        return HostKeyCheck(session.target).objection(to: bytes)
    }

    private func authenticate(_ authentication: Authentication) -> Outcome {
        switch authentication.advance() {
        case .again(let outcome): return outcome
        case .failed(let error):
            session.fail(error)
            return .over
        case .succeeded:
            session.loginSucceeded()
            if !answer.give(.success(session)) { session.closeFromHere() }
            return .moved
        }
    }
}
