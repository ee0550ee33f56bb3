import Synchronization
import Vocabulary

/// What all workers of a crew look at before each operation, and what ends them.
final class CrewControl: Sendable {
    private let stop: StopFlag
    private let halted = Atomic<Bool>(false)
    private let finished = Atomic<Bool>(false)
    private let errors = Atomic<Int>(0)
    private let retries = Atomic<Int>(0)
    /// GETs and STATs that were to be verified and could not be.
    private let unverified = Atomic<UInt64>(0)
    private let errorLimit: Int
    /// nil: errors hold nobody up.
    let backoff: ErrorBackoff?
    private let messages = Mutex<[String]>([])

    private static let noteLimit = 10

    /// More than `errorLimit` errors halt the crew.
    init(stop: StopFlag, errorLimit: Int, backoff: ErrorBackoff? = nil) {
        self.stop = stop
        self.errorLimit = errorLimit
        self.backoff = backoff
    }

    @inline(__always)
    var isStopped: Bool { stop.isStopped || halted.load(ordering: .relaxed) }
    /// From outside, not because of errors.
    var isStoppedByFlag: Bool { stop.isStopped }
    var errorCount: Int { errors.load(ordering: .relaxed) }
    /// Tries of operations after their first.
    var retryCount: Int { retries.load(ordering: .relaxed) }
    var hasTooManyErrors: Bool { errorCount > errorLimit }
    var notes: [String] { messages.withLock { $0 } }

    /// `moment`: when it came, in nanoseconds.
    func countError(at moment: Int64) {
        if errors.add(1, ordering: .relaxed).newValue > errorLimit { halt() }
        backoff?.count(at: moment)
    }

    var unverifiedCount: UInt64 { unverified.load(ordering: .relaxed) }

    func count(unverified more: UInt64) { unverified.add(more, ordering: .relaxed) }

    /// When its work is to be complete at the latest.
    var finishMoment: Moment? { stop.finishMoment }
    /// Its workers take no further operation, since its work is complete; those that are in one end it.
    var isFinished: Bool { finished.load(ordering: .relaxed) }

    func finish() {
        finished.store(true, ordering: .relaxed)
        halt()
    }

    func countRetry() { retries.add(1, ordering: .relaxed) }

    func halt() { halted.store(true, ordering: .relaxed) }

    /// Keeps a line for the outcome, each text once.
    func note(_ text: String) {
        messages.withLock { if !$0.contains(text), $0.count < Self.noteLimit { $0.append(text) } }
    }
}
