import Glibc
import Synchronization

/// Starts a thread that no signal is delivered to; nil where the system has no more.
///
/// The thread must be joined or detached.
func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let box = Unmanaged.passRetained(ThreadBody(body))
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
            return nil
        }, box.toOpaque())
    guard status == 0 else {
        box.release()
        return nil
    }
    return thread
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Threads for the calls that only block: `getaddrinfo`, and the person's ssh agent.
///
/// At most `limit` at once; what does not find one waits in line, under its caller's own time limit. A thread ends when the
/// line is empty, so that none is left behind.
final class BlockingThreads: Sendable {
    static let shared = BlockingThreads(limit: 16)

    private struct State {
        var line: [@Sendable () -> Void] = []
        var running = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    func run(_ job: @escaping @Sendable () -> Void) {
        let needsThread = state.withLock { state -> Bool in
            state.line.append(job)
            guard state.running < limit else { return false }
            state.running += 1
            return true
        }
        guard needsThread else { return }
        if let thread = startThread({ self.work() }) {
            pthread_detach(thread)
        } else {
            // Without a thread the job is done here, late rather than never.
            work()
        }
    }

    private func work() {
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.line.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.line.removeFirst()
        }
    }
}
