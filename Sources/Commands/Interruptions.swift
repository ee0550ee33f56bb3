import Glibc

/// Ctrl-C and SIGTERM as a sequence of values, each delivered once, in order.
///
/// The signals are blocked in every thread and taken by one thread of its own, so that nothing has to be done in a signal handler.
/// `block()` must run before any other thread starts; threads inherit the mask, and children are spawned with a clear one.
package enum Interruptions {
    /// Blocks the signals in this thread and in all that it starts.
    package static func block() {
        var set = signals()
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The interruptions from now on. The stream never ends by itself; at most one value waits for each that was not yet taken, up to eight.
    package static func stream() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(8))
        let box = Unmanaged.passRetained(Box(continuation))
        var thread = pthread_t()
        pthread_create(&thread, nil, { raw in
            guard let raw else { return nil }
            let box = Unmanaged<Box>.fromOpaque(raw).takeRetainedValue()
            var set = signals()
            var signal: Int32 = 0
            while sigwait(&set, &signal) == 0 { box.continuation.yield() }
            return nil
        }, box.toOpaque())
        pthread_detach(thread)
        return stream
    }

    private static func signals() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        return set
    }

    private final class Box {
        let continuation: AsyncStream<Void>.Continuation
        init(_ continuation: AsyncStream<Void>.Continuation) { self.continuation = continuation }
    }
}
