import CLinux
import Plans
import Synchronization
import Vocabulary

/// Hands the operations of a schedule out to an agent's workers: whichever is free takes the next, so that one that hangs keeps no other from
/// its time.
final class Pacer: Sendable {
    let schedule: Schedule
    private let taken = Atomic<Int>(0)

    init(_ schedule: Schedule) { self.schedule = schedule }

    /// The number of the next operation.
    func take() -> Int { taken.add(1, ordering: .relaxed).oldValue }

    /// What is to be said of a load that fell behind: operations of which none was begun in time, more than a hundredth of all.
    func shortfall(after duration: Duration, workers: Int) -> String? {
        let wanted = schedule.count(before: duration)
        let missed = wanted - taken.load(ordering: .relaxed)
        guard missed > max(wanted / 100, workers) else { return nil }
        return "\(missed) of \(wanted) operations that io_rate asked for could not be begun: \(workers) workers were in others all the time"
    }
}

/// One worker's turns: waits for the time of the operation that it took.
struct Turns {
    private let pacer: Pacer
    private var reader: Schedule.Reader
    private let start: Int64

    /// Called on the worker's thread, whose sleep is from now on as exact as the system has it.
    init(_ pacer: Pacer, start: Moment) {
        self.pacer = pacer
        reader = Schedule.Reader(pacer.schedule)
        self.start = start.nanoseconds
        muster_sleep_exactly()
    }

    /// The intended time of the next operation, when it has come; nil where that is not before `deadline`, or the worker was stopped.
    mutating func next(before deadline: Int64, unless isStopped: () -> Bool) -> Int64? {
        let (due, hasOverflown) = start.addingReportingOverflow(reader.offset(of: pacer.take()))
        guard !hasOverflown, due < deadline else { return nil }
        return Pause.until(Moment(nanoseconds: due), step: 50_000_000, unless: isStopped) ? due : nil
    }
}
