import Glibc

/// Runs what blocks on a thread of its own, so that Swift's shared pool never does: a thread costs some 50 µs, a blocked pool everybody.
func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        detachThread { continuation.resume(with: Result(catching: body)) }
    }
}

/// Runs `body` on a new thread that nobody waits for, with all signals blocked: they are other threads' business, and writing to a
/// command that has ended must not end us (SIGPIPE).
func detachThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(run: body))
    let error = pthread_create(
        &thread, nil,
        { raw in
            var all = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_BLOCK, &all, nil)
            if let raw { Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run() }
            return nil
        }, argument.toOpaque())
    guard error == 0 else {
        // No thread to be had (a limit of this machine): late is better than never.
        argument.takeRetainedValue().run()
        return
    }
    pthread_detach(thread)
}

private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
}
