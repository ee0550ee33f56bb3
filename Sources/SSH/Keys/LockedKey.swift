import CSSHKeys
import Synchronization
import Vocabulary

/// Asks the person for the passphrase of a key file, on a thread that may block; nil where nobody can be asked or nothing was said.
/// `isAgain`: what was said before was wrong.
package typealias PassphraseQuestion = @Sendable (_ path: String, _ isAgain: Bool) -> Secret?

/// An encrypted key: opened once for all hosts, when the first host wants a signature of it, and asked for once.
final class LockedKey: Sendable {
    private enum State {
        case locked
        case opening([@Sendable (Result<OpenKey, KeyProblem>) -> Void])
        case settled(Result<OpenKey, KeyProblem>)
    }

    /// Passphrases are asked for one after another.
    private static let questions = BlockingThreads(limit: 1)
    private static let tries = 3

    /// nil where the file does not tell it without the passphrase.
    let publicKey: [UInt8]?
    private let path: String
    private let open: @Sendable ([UInt8]) -> Result<OpenKey, KeyProblem>
    private let state = Mutex(State.locked)

    init(_ path: String, publicKey: [UInt8]?, open: @escaping @Sendable ([UInt8]) -> Result<OpenKey, KeyProblem>) {
        self.path = path
        self.publicKey = publicKey
        self.open = open
    }

    /// Nobody will be asked any more.
    var isSettled: Bool { state.withLock { if case .settled = $0 { true } else { false } } }

    /// Calls `then` with the opened key or why there is none, on whatever thread; whoever comes later gets the same.
    func unlock(_ ask: PassphraseQuestion?, then: @escaping @Sendable (Result<OpenKey, KeyProblem>) -> Void) {
        let (settled, isFirst) = state.withLock { state -> (Result<OpenKey, KeyProblem>?, Bool) in
            switch state {
            case .settled(let result): return (result, false)
            case .opening(let waiting):
                state = .opening(waiting + [then])
                return (nil, false)
            case .locked:
                // Where nobody can be asked now, somebody may be later.
                guard ask != nil else { return (.failure(.encrypted), false) }
                state = .opening([then])
                return (nil, true)
            }
        }
        if let settled { return then(settled) }
        guard isFirst, let ask else { return }
        Self.questions.run { self.settle(self.asking(ask)) }
    }

    private func asking(_ ask: PassphraseQuestion) -> Result<OpenKey, KeyProblem> {
        for attempt in 0..<Self.tries {
            guard let passphrase = ask(path, attempt > 0) else { return .failure(.encrypted) }
            var bytes = Array(passphrase.revealed.utf8)
            defer { bytes.withUnsafeMutableBytes { muster_forget($0.baseAddress, $0.count) } }
            let result = open(bytes)
            guard case .failure(.wrongPassphrase) = result else { return result }
        }
        return .failure(.wrongPassphrase)
    }

    private func settle(_ result: Result<OpenKey, KeyProblem>) {
        let waiting = state.withLock { state -> [@Sendable (Result<OpenKey, KeyProblem>) -> Void] in
            defer { state = .settled(result) }
            if case .opening(let waiting) = state { return waiting }
            return []
        }
        for then in waiting { then(result) }
    }
}
