import Glibc
import Vocabulary

/// Ways for a thread of our own to wait.
enum Pause {
    static func sleep(_ nanoseconds: Int64) {
        guard nanoseconds > 0 else { return }
        var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        nanosleep(&time, nil)
    }

    static func yield() { sched_yield() }

    /// Looks again and again whether something has happened; false where the deadline came first.
    @discardableResult
    static func wait(until deadline: Moment, for condition: () -> Bool) -> Bool {
        while !condition() {
            if SystemClock.now >= deadline { return false }
            sleep(200_000)
        }
        return true
    }

    /// Waits for a moment: sleeping, and, where it has to be exact, turning for the last 200 µs. False where it was stopped before, which is
    /// looked after each `step` (nanoseconds).
    static func until(_ moment: Moment, exactly: Bool = false, step: Int64 = 10_000_000, unless isStopped: () -> Bool) -> Bool {
        while true {
            if isStopped() { return false }
            let rest = moment.nanoseconds - SystemClock.now.nanoseconds
            if rest <= 0 { return true }
            if !exactly { sleep(min(rest, step)) } else if rest > 200_000 { sleep(min(rest - 200_000, step)) }
        }
    }
}
