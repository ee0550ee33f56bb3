import CLibSSH2
import Glibc
import Vocabulary

/// Tries one way to log in after another: key files, the ssh agent, encrypted key files, and a password where there is one.
///
/// Encrypted files come after the agent, which may have the same key open; their passphrase is only asked for when the host
/// takes the key. Touched on its session's thread only, hence `@unchecked`.
final class Authentication: @unchecked Sendable {
    enum Progress {
        case again(Outcome)
        case succeeded
        case failed(SSHError)
    }

    private enum Attempt {
        case key(KeySigning)
        case agent(AgentClient)
        /// A file that does not tell its public key before it is open.
        case unlocking(KeyFile, LockedKey)
        case password(Secret)
        case questions(QuestionAnswers)
    }

    private unowned let session: Session
    private var attempts: [Attempt] = []
    private var tried: [String] = []
    /// Keys of the encrypted files: the agent's that are the same go first.
    private var lockedKeys: Set<[UInt8]> = []
    /// Somebody else is asked: the agent, or a person.
    private var isAsking = false

    init(_ session: Session) {
        self.session = session
        let target = session.target
        let files = target.offersKeys ? loadFiles() : []
        let offers = files.flatMap { self.offers(of: $0) }
        attempts += offers.filter { !$0.signer.isLocked }.map(signing)
        if target.useAgent, let agent = AgentClient(target) { attempts.append(.agent(agent)) }
        attempts += offers.filter(\.signer.isLocked).map(signing)
        for file in files { if case .locked(let key) = file.lock, file.publicKey == nil { attempts.append(.unlocking(file, key)) } }
        // Where an RSA key was refused with one method, that need not be the key's fault.
        for method in LibSSH2.agreesOnRSA ? [KeyOffer.Method.sha256, .sha512] : [.sha512] {
            attempts += offers.filter(\.isRSA).map { signing($0.with(method)) }
        }
        if let password = target.password { attempts += [.password(password), .questions(QuestionAnswers(password))] }
    }

    func advance() -> Progress {
        if isAsking { return .again(.idle) }
        guard let attempt = attempts.first else { return askWhatIsOffered() }
        let status: Int32
        switch attempt {
        case .key(let signing): status = signing.offer(session, user: session.target.user)
        case .password(let password): status = offer(password)
        case .questions(let answers): status = answers.offer(session)
        case .agent(let agent):
            ask(agent)
            return .again(.idle)
        case .unlocking(let file, let key):
            unlock(key, of: file)
            return .again(.idle)
        }
        if status == 0 { return .succeeded }
        if status == LIBSSH2_ERROR_EAGAIN { return .again(session.outcome(of: Int(status))) }
        return rejected(attempt, status)
    }

    private func offer(_ password: Secret) -> Int32 {
        let user = session.target.user
        return libssh2_userauth_password_ex(
            session.handle, user, UInt32(user.utf8.count), password.revealed, UInt32(password.revealed.utf8.count), nil)
    }

    private func signing(_ offer: KeyOffer) -> Attempt { .key(KeySigning(offer, asking: session.passphrases)) }
}

// What there is to offer.
extension Authentication {
    private func loadFiles() -> [KeyFile] {
        let target = session.target
        return (target.keyPaths.isEmpty ? KeyFile.defaultPaths : target.keyPaths).compactMap { path in
            switch KeyFile.load(path) {
            case .success(let file): return file
            case .failure(let problem):
                // Of the default files those that are not there are not worth a word.
                if !(target.keyPaths.isEmpty && problem == .missing) { tried.append("\(path): \(problem.why)") }
                return nil
            }
        }
    }

    /// The certificate, where there is one, and the plain key.
    private func offers(of file: KeyFile) -> [KeyOffer] {
        let signer: KeyOffer.Signer
        switch file.lock {
        case .open(let key): signer = .open(key)
        case .locked(let key): signer = .locked(key)
        }
        var offers: [KeyOffer] = []
        if let certificate = file.certificate { offers += offer("\(file.path)-cert.pub", certificate, signer) }
        guard let key = file.publicKey else { return offers }
        if signer.isLocked { lockedKeys.insert(key) }
        return offers + offer(file.path, key, signer)
    }

    /// None where the linked libssh2 cannot do it, which is then noted.
    private func offer(_ name: String, _ key: [UInt8], _ signer: KeyOffer.Signer) -> [KeyOffer] {
        var offer = KeyOffer(name: name, key: key, signer: signer)
        if let why = LibSSH2.objection(toCertificate: offer.type) {
            tried.append("\(name): \(why)")
            return []
        }
        if offer.isRSA && !LibSSH2.agreesOnRSA { offer.method = .sha256 }
        return [offer]
    }
}

// Asking others.
extension Authentication {
    private func ask(_ agent: AgentClient) {
        isAsking = true
        let session = session
        session.suspendLogin()
        BlockingThreads.shared.run {
            let found = agent.identities()
            _ = session.loop.post {
                guard !session.isOver else { return }
                self.heard(found, from: agent)
                session.resumeLogin()
            }
        }
    }

    private func heard(_ found: Result<[AgentClient.Identity], AgentClient.Problem>, from agent: AgentClient) {
        isAsking = false
        attempts.removeFirst()
        switch found {
        case .failure(let problem): tried.append("the ssh agent: \(problem.why)")
        case .success(let identities):
            let others = session.target.onlyNamedKeys ? [] : identities.filter { !lockedKeys.contains($0.key) }
            let wanted = identities.filter { lockedKeys.contains($0.key) } + others
            let offers = wanted.flatMap { offer("the agent's \($0.comment)", $0.key, .agent(agent, key: $0.key)) }
            attempts = offers.map(signing) + attempts
        }
    }

    private func unlock(_ key: LockedKey, of file: KeyFile) {
        isAsking = true
        let session = session
        session.suspendLogin()
        key.unlock(session.passphrases) { result in
            _ = session.loop.post {
                guard !session.isOver else { return }
                self.isAsking = false
                self.attempts.removeFirst()
                switch result {
                case .success(let key):
                    let offers = self.offer(file.path, key.publicKey, .open(key))
                    self.attempts = offers.map(self.signing) + self.attempts
                case .failure(let problem): self.tried.append("\(file.path): \(problem.why)")
                }
                session.resumeLogin()
            }
        }
    }
}

// What became of it.
extension Authentication {
    private func rejected(_ attempt: Attempt, _ status: Int32) -> Progress {
        attempts.removeFirst()
        let name =
            switch attempt {
            case .key(let signing): signing.offer.name
            case .password: "the password"
            case .questions: "the password, asked for by the host's own questions"
            case .agent, .unlocking: preconditionFailure("these are answered elsewhere")
            }
        if case .key(let signing) = attempt, let failure = signing.failure {
            note("\(name): \(failure)")
            return .again(.moved)
        }
        switch status {
        case LIBSSH2_ERROR_AUTHENTICATION_FAILED: note("\(name): rejected")
        case LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV:
            note("\(name): the host ended the connection")
            return .failed(refusal(offers: []))
        default: note("\(name): \(session.lastWords)")
        }
        return .again(.moved)
    }

    /// Once, where an RSA key is refused with both of its methods.
    private func note(_ line: String) { if !tried.contains(line) { tried.append(line) } }

    /// Asks for the ways to log in, which every refusal names; where the host lets everybody in this logs in.
    private func askWhatIsOffered() -> Progress {
        let user = session.target.user
        guard let list = libssh2_userauth_list(session.handle, user, UInt32(user.utf8.count)) else {
            if libssh2_userauth_authenticated(session.handle) != 0 { return .succeeded }
            let status = libssh2_session_last_errno(session.handle)
            if status == LIBSSH2_ERROR_EAGAIN { return .again(session.outcome(of: Int(status))) }
            return .failed(refusal(offers: []))
        }
        return .failed(refusal(offers: String(cString: list).split(separator: ",").map(String.init)))
    }

    private func refusal(offers: [String]) -> SSHError {
        let target = session.target
        return .loginRefused(
            LoginRefusal(place: target.place, host: target.host.text, user: target.user, offers: offers, tried: tried))
    }
}
