import FoundationEssentials
import Synchronization
import Vocabulary

/// What this process's environment says of Google Cloud Storage, and the access token that all workers share.
final class GoogleSurroundings: Sendable {
    static let shared = GoogleSurroundings(environment: ProcessInfo.processInfo.environment)

    private struct State {
        var token: Secret?
        /// When to ask for another: some minutes before its end.
        var askAgain = Moment.zero
        var failure: HTTPFailure?
    }

    /// `https://storage.googleapis.com`, or the emulator's.
    let origin: String
    private let isEmulator: Bool
    private let environment: [String: String]
    private let state = Mutex(State())

    init(environment: [String: String]) {
        self.environment = environment
        let emulator = environment["STORAGE_EMULATOR_HOST"].flatMap { $0.isEmpty ? nil : $0 }
        isEmulator = emulator != nil
        let whole = emulator.map { $0.contains("://") ? $0 : "http://" + $0 } ?? "https://storage.googleapis.com"
        origin = whole.hasSuffix("/") ? String(whole.dropLast()) : whole
    }

    /// nil for an emulator, and for a server that a URI names itself: those know no accounts.
    func token(for origin: String) throws(HTTPFailure) -> Secret? {
        if isEmulator || origin != self.origin { return nil }
        return try state.withLock { state throws(HTTPFailure) in
            if SystemClock.now < state.askAgain {
                if let failure = state.failure { throw failure }
                if let token = state.token { return token }
            }
            do throws(HTTPFailure) {
                let (token, lifetime) = try GoogleCredentials(environment: environment).token()
                state = State(token: token, askAgain: SystemClock.now + max(lifetime - .seconds(300), .seconds(30)), failure: nil)
                return token
            } catch {
                state = State(token: nil, askAgain: SystemClock.now + .seconds(10), failure: error)
                throw error
            }
        }
    }
}
