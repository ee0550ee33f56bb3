import Synchronization

/// The end of a connection, which any number may wait for.
final class Closing: Sendable {
    private struct State {
        var error: SSHError?
        var waiters: [Int: CheckedContinuation<SSHError?, Never>] = [:]
        var cancelled: Set<Int> = []
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    /// Why it ended; nil while it goes on.
    var error: SSHError? { state.withLock { $0.error } }

    func give(_ error: SSHError) {
        let waiters = state.withLock { state in
            if state.error == nil { state.error = error }
            let waiters = state.waiters
            state.waiters = [:]
            return waiters
        }
        for waiter in waiters.values { waiter.resume(returning: error) }
    }

    /// Waits for the end; nil where the caller's task is cancelled before.
    func value() async -> SSHError? {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in wait(number, continuation) }
        } onCancel: {
            cancel(number)
        }
    }

    private func wait(_ number: Int, _ continuation: CheckedContinuation<SSHError?, Never>) {
        let result = state.withLock { state -> SSHError?? in
            if let error = state.error { return .some(error) }
            if state.cancelled.remove(number) != nil { return .some(nil) }
            state.waiters[number] = continuation
            return .none
        }
        if let result { continuation.resume(returning: result) }
    }

    private func cancel(_ number: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<SSHError?, Never>? in
            guard let waiter = state.waiters.removeValue(forKey: number) else {
                if state.error == nil { state.cancelled.insert(number) }
                return nil
            }
            return waiter
        }
        waiter?.resume(returning: nil)
    }
}
