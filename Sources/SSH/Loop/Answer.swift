import Synchronization

/// What one caller waits for and somebody else gives, once; the first to give wins.
final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Result<Value, SSHError>, Never>)
        case given(Result<Value, SSHError>)
        case collected
    }

    private let state = Mutex(State.open)

    /// False where something had been given before: then nobody will see this one.
    @discardableResult
    func give(_ result: Result<Value, SSHError>) -> Bool {
        let (isFirst, waiting) = state.withLock { state -> (Bool, CheckedContinuation<Result<Value, SSHError>, Never>?) in
            switch state {
            case .open:
                state = .given(result)
                return (true, nil)
            case .awaited(let continuation):
                state = .collected
                return (true, continuation)
            case .given, .collected:
                return (false, nil)
            }
        }
        waiting?.resume(returning: result)
        return isFirst
    }

    /// Waits; to be called once. `cancel` is called where the caller's task is cancelled, and must see to it that something is given.
    func value(cancel: @escaping @Sendable () -> Void) async throws(SSHError) -> Value {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in collect(continuation) }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    private func collect(_ continuation: CheckedContinuation<Result<Value, SSHError>, Never>) {
        let ready = state.withLock { state -> Result<Value, SSHError>? in
            switch state {
            case .given(let result):
                state = .collected
                return result
            case .open:
                state = .awaited(continuation)
                return nil
            case .awaited, .collected:
                preconditionFailure("an answer is waited for by one caller, once")
            }
        }
        if let ready { continuation.resume(returning: ready) }
    }
}
