import CLinux
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Ctrl-C and SIGTERM as sequences of values, in place of the process's end. Until somebody has listened they end it, with 130; a
/// terminal that is closed (SIGHUP) is the same, but under nohup.
///
/// The handler writes a byte into a pipe and one thread reads it, so a signal may hit any thread. (To block signals and wait for them
/// would need the mask in every thread, and Swift's runtime has threads before `main`.)
package enum Interruptions {
    private static let listeners = Mutex<[Int: AsyncStream<Void>.Continuation]>([:])
    private static let nextListener = Atomic<Int>(0)
    private static let hasListened = Atomic<Bool>(false)

    /// The reading end of the pipe; made once, with the thread that reads it.
    private static let isTaken: Bool = {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, muster_set_nonblocking(ends[1]) == 0, ends.allSatisfy({ muster_set_cloexec($0) == 0 }),
            muster_signals_to_descriptor(ends[1], signals, Int32(signals.count)) == 0
        else { return false }
        var thread = pthread_t()
        guard pthread_create(&thread, nil, readInterruptions, UnsafeMutableRawPointer(bitPattern: Int(ends[0]) + 1)) == 0 else {
            return false
        }
        pthread_detach(thread)
        return true
    }()

    private static var signals: [Int32] { muster_is_ignored(SIGHUP) == 0 ? [SIGINT, SIGTERM, SIGHUP] : [SIGINT, SIGTERM] }

    /// From now on the signals come as values. Those that come when nobody listens any more are lost: what is left to do then is short.
    package static func take() {
        precondition(isTaken, "a pipe, a signal handler and a thread can be had")
    }

    /// The interruptions from now on. It ends with the task that reads it; at most eight wait to be taken.
    package static func stream() -> AsyncStream<Void> {
        take()
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(8))
        let number = nextListener.add(1, ordering: .relaxed).newValue
        listeners.withLock { $0[number] = continuation }
        hasListened.store(true, ordering: .releasing)
        continuation.onTermination = { _ in listeners.withLock { _ = $0.removeValue(forKey: number) } }
        return stream
    }

    fileprivate static func tell() {
        // Nothing of ours is anywhere yet.
        if !hasListened.load(ordering: .acquiring) { _exit(130) }
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield() }
    }
}

/// The body of the thread that reads the pipe; its argument is the descriptor + 1, since 0 would be no pointer.
private func readInterruptions(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let descriptor = Int32(Int(bitPattern: raw) - 1)
    var byte: UInt8 = 0
    while true {
        let count = read(descriptor, &byte, 1)
        if count == 1 { Interruptions.tell() } else if count == 0 || errno != EINTR { return nil }
    }
}
