import CLibSSH2
import Glibc
import Vocabulary

/// Tries one key after another: the files, then what the person's ssh agent holds.
///
/// Touched on its session's thread only, hence `@unchecked`.
final class Authentication: @unchecked Sendable {
    enum Progress {
        case again(Outcome)
        case succeeded
        case failed(SSHError)
    }

    private enum Attempt {
        case file(PrivateKey)
        case agent(AgentSigning)
    }

    private unowned let session: Session
    private var attempts: [Attempt] = []
    private var tried: [String] = []
    /// What the agent has is only asked for where the files did not do.
    private var agent: AgentClient?
    private var isAskingAgent = false

    init(_ session: Session) {
        self.session = session
        let target = session.target
        agent = target.useAgent ? AgentClient(target) : nil
        let paths = target.keyPaths.isEmpty ? PrivateKey.defaultPaths : target.keyPaths
        for path in paths {
            switch PrivateKey.load(path) {
            case .success(let key): attempts.append(.file(key))
            case .failure(let problem):
                // Of the default files those that are not there are not worth a word.
                if !(target.keyPaths.isEmpty && problem.isMissing) { tried.append("\(path): \(problem.why)") }
            }
        }
    }

    func advance() -> Progress {
        if isAskingAgent { return .again(.idle) }
        guard let attempt = attempts.first else {
            if let agent {
                ask(agent)
                return .again(.idle)
            }
            return askWhatIsOffered()
        }
        let status =
            switch attempt {
            case .file(let key): offer(key)
            case .agent(let signing): signing.offer(session, user: session.target.user)
            }
        if status == 0 { return .succeeded }
        if status == LIBSSH2_ERROR_EAGAIN { return .again(session.outcome(of: Int(status))) }
        return rejected(attempt, status)
    }

    private func offer(_ key: PrivateKey) -> Int32 {
        let user = session.target.user
        return key.bytes.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                libssh2_userauth_publickey_frommemory(
                    session.handle, user, user.utf8.count, nil, 0, text.baseAddress, text.count, nil)
            }
        }
    }

    private func rejected(_ attempt: Attempt, _ status: Int32) -> Progress {
        attempts.removeFirst()
        let name =
            switch attempt {
            case .file(let key): key.path
            case .agent(let signing): "the agent's \(signing.identity.comment)"
            }
        switch status {
        case LIBSSH2_ERROR_AUTHENTICATION_FAILED: tried.append("\(name): rejected")
        case LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV:
            tried.append("\(name): the host ended the connection")
            return .failed(refusal(offers: []))
        default: tried.append("\(name): \(session.lastWords)")
        }
        return .again(.moved)
    }

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

    private func ask(_ agent: AgentClient) {
        self.agent = nil
        isAskingAgent = true
        let session = session
        BlockingThreads.shared.run {
            let found = agent.identities()
            _ = session.loop.post {
                guard !session.isOver else { return }
                self.isAskingAgent = false
                switch found {
                case .success(let identities): self.attempts = identities.map { .agent(AgentSigning($0, by: agent)) }
                case .failure(let problem): self.tried.append("the ssh agent: \(problem.why)")
                }
                session.pump()
            }
        }
    }
}
