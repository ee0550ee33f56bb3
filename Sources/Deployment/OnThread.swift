import Glibc

/// Runs what blocks on a thread of its own, so that Swift's shared pool never does: a thread costs some 50 µs, a blocked pool everybody.
package func onThread<T: Sendable, Failure: Error>(_ body: @escaping @Sendable () throws(Failure) -> T) async throws(Failure) -> T {
    let result: Result<T, Failure> = await withCheckedContinuation { continuation in
        detachThread { continuation.resume(returning: Result(catching: body)) }
    }
    return try result.get()
}

/// Runs `body` on a new thread that nobody waits for; on this one where there is none to be had (a limit of this machine): late is better
/// than never.
package func detachThread(_ body: @escaping @Sendable () -> Void) {
    if !startThread(body) { body() }
}

/// Whether a new thread could be had to run `body`, which nobody waits for, with all signals blocked: they are other threads' business,
/// and writing to a command that has ended must not end us (SIGPIPE).
package func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
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
        argument.release()
        return false
    }
    pthread_detach(thread)
    return true
}

private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
}
