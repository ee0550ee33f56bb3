#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Ctrl-C and SIGTERM as a sequence of values, each delivered once, in order.
///
/// The signals are blocked in every thread and taken by one thread of its own, so that nothing has to be done in a signal handler.
/// `block()` must run before any other thread starts; threads inherit the mask, and children are spawned with a clear one.
package enum Interruptions {
    /// Blocks the signals in this thread and in all that it starts.
    package static func block() {
        var set = interruptionSignals()
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The interruptions from now on. The stream never ends by itself; at most eight wait to be taken.
    package static func stream() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(8))
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, awaitInterruptions, Unmanaged.passRetained(Listener(continuation)).toOpaque())
        precondition(status == 0, "no thread could be started: error \(status)")
        pthread_detach(thread)
        return stream
    }
}

private final class Listener {
    let continuation: AsyncStream<Void>.Continuation
    init(_ continuation: AsyncStream<Void>.Continuation) { self.continuation = continuation }
}

private func interruptionSignals() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    return set
}

/// The body of the thread that takes the signals.
private func awaitInterruptions(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let raw else { return nil }
    let listener = Unmanaged<Listener>.fromOpaque(raw).takeRetainedValue()
    var set = interruptionSignals()
    var signal: Int32 = 0
    while sigwait(&set, &signal) == 0 {
        if case .terminated = listener.continuation.yield() { break }
    }
    return nil
}
