import CLinux
import Glibc
import Synchronization
import Vocabulary

/// Something with a descriptor that a loop watches.
protocol Watched: AnyObject {
    /// The descriptor's readiness changed, as epoll has it.
    func ready(_ events: UInt32)
    /// There was more to do than one turn allows.
    func goOn()
}

/// One thread that owns many sessions and waits for all of them at once.
///
/// libssh2 wants a session to be used by one thread at a time: everything that touches a session is a job that runs here.
/// Callers post jobs and wait for answers; nothing here ever blocks but the one wait.
/// `@unchecked`: the mutable fields below `inbox` are touched by the loop's own thread only.
final class SSHLoop: @unchecked Sendable {
    private struct Inbox {
        var jobs: [@Sendable () -> Void] = []
        var isOpen = true
    }

    private static let wakeTag: UInt64 = 0
    private static let eventsAtOnce = 256
    /// As `ps -L` shows it.
    static let threadName = "muster-ssh"

    private let inbox = Mutex(Inbox())
    private let epoll: Int32
    private let wake: Int32
    /// Given when the thread has let go of everything.
    let ended = Answer<Void>()

    private var watched: [UInt64: any Watched] = [:]
    private var nextTag: UInt64 = 1
    private var unfinished: [any Watched] = []
    private var sessions: [ObjectIdentifier: Session] = [:]
    private var nextTick: Moment?
    private(set) var isStopping = false
    /// Where bytes pass through between a channel and its endpoint.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    /// nil, with errno, where the system has no more descriptors.
    init?() {
        epoll = muster_epoll_create()
        wake = muster_eventfd()
        guard epoll >= 0, wake >= 0, muster_epoll_add_readable(epoll, wake, Self.wakeTag) == 0 else {
            let why = errno
            if epoll >= 0 { close(epoll) }
            if wake >= 0 { close(wake) }
            scratch.deallocate()
            errno = why
            return nil
        }
    }

    deinit { scratch.deallocate() }

    /// Starts the thread, to be joined after `ended`; nil where there is none to be had.
    func start() -> pthread_t? { startThread { self.run() } }

    /// Has `job` run on the loop's thread; false where the loop has ended and it never will.
    func post(_ job: @escaping @Sendable () -> Void) -> Bool {
        inbox.withLock { inbox in
            guard inbox.isOpen else { return false }
            inbox.jobs.append(job)
            // Under the lock, because the descriptor is closed once the inbox is.
            if inbox.jobs.count == 1 { eventfd_write(wake, 1) }
            return true
        }
    }

    /// Ends every session and then the thread.
    func stop() {
        _ = post {
            self.isStopping = true
            for session in self.sessions.values { session.closeFromHere() }
        }
    }
}

// What the loop's own thread calls.
extension SSHLoop {
    func add(_ session: Session) { sessions[ObjectIdentifier(session)] = session }
    func remove(_ session: Session) { sessions[ObjectIdentifier(session)] = nil }

    /// Reports changes of the descriptor's readiness until `unwatch`; nil, with errno, where the system refuses.
    func watch(_ descriptor: Int32, _ watcher: any Watched) -> UInt64? {
        let tag = nextTag
        guard muster_epoll_add_edges(epoll, descriptor, tag) == 0 else { return nil }
        nextTag += 1
        watched[tag] = watcher
        return tag
    }

    /// To be called before the descriptor is closed.
    func unwatch(_ descriptor: Int32, _ tag: UInt64) {
        watched[tag] = nil
        _ = muster_epoll_remove(epoll, descriptor)
    }

    /// Lets the others have their turn first.
    func comeBack(to watcher: any Watched) { unfinished.append(watcher) }

    /// Has every session look at its time limits at `moment`.
    func tick(at moment: Moment) {
        if nextTick.map({ moment < $0 }) ?? true { nextTick = moment }
    }

    private func run() {
        muster_name_thread(Self.threadName)
        while true {
            runJobs()
            if isStopping && sessions.isEmpty { break }
            tickIfDue()
            wait()
            let goOn = unfinished
            unfinished.removeAll(keepingCapacity: true)
            for watcher in goOn { watcher.goOn() }
        }
        let rest = inbox.withLock { inbox in
            inbox.isOpen = false
            return inbox.jobs
        }
        for job in rest { job() }
        close(epoll)
        close(wake)
        ended.give(.success(()))
    }

    private func runJobs() {
        let jobs = inbox.withLock { inbox in
            let jobs = inbox.jobs
            inbox.jobs = []
            return jobs
        }
        for job in jobs { job() }
    }

    private func tickIfDue() {
        guard let due = nextTick, due <= SystemClock.now else { return }
        nextTick = nil
        let now = SystemClock.now
        for session in sessions.values {
            if let next = session.checkTime(now) { tick(at: next) }
        }
    }

    /// Milliseconds until there is something to do, rounded up; -1: until somebody calls.
    private var patience: Int32 {
        if !unfinished.isEmpty { return 0 }
        guard let nextTick else { return -1 }
        let left = (nextTick - SystemClock.now).wholeNanoseconds
        return left <= 0 ? 0 : Int32(min(left / 1_000_000 + 1, 3_600_000))
    }

    private func wait() {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsAtOnce) { events in
            let count = epoll_wait(epoll, events.baseAddress, Int32(Self.eventsAtOnce), patience)
            for index in 0..<max(0, Int(count)) {
                let event = events[index]
                if event.data.u64 == Self.wakeTag {
                    var ignored: eventfd_t = 0
                    eventfd_read(wake, &ignored)
                } else {
                    watched[event.data.u64]?.ready(event.events)
                }
            }
        }
    }
}
