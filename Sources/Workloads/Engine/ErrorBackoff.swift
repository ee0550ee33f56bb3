import Plans
import Synchronization
import Vocabulary

/// `backoff_duration`: holds all workers of a load up where errors come too fast.
final class ErrorBackoff: Sendable {
    let duration: Duration
    private let policy: ErrorPolicy
    private let rate: Mutex<ErrorRate>
    private let end = Atomic<Int64>(0)
    private let begun = Atomic<Int>(0)
    private let tell: @Sendable (String) -> Void

    /// nil where nothing is to be held up. `tell` is given a line at the first pause.
    init?(_ policy: ErrorPolicy, tell: @escaping @Sendable (String) -> Void) {
        guard policy.backoff > .zero else { return nil }
        self.policy = policy
        self.tell = tell
        duration = policy.backoff
        rate = Mutex(ErrorRate(policy))
    }

    /// The moment at which workers may go on; one that has passed where there is no pause.
    @inline(__always)
    var until: Int64 { end.load(ordering: .relaxed) }

    /// What is to be said of all pauses; nil where there was none.
    var summary: String? {
        let count = begun.load(ordering: .relaxed)
        guard count > 0 else { return nil }
        return "the load paused \(count) \(count == 1 ? "time" : "times") for \(fixed(duration.inSeconds, decimals: 1)) s: \(reason)"
    }

    /// Counts an error; those of operations that were under way when a pause began make no other one.
    func count(at moment: Int64) {
        guard moment >= until, rate.withLock({ $0.isExceeded(at: moment) }) else { return }
        end.store(moment + duration.wholeNanoseconds, ordering: .relaxed)
        if begun.add(1, ordering: .relaxed).newValue == 1 {
            tell("the load pauses for \(fixed(duration.inSeconds, decimals: 1)) s, now and whenever this happens: \(reason)")
        }
    }

    private var reason: String {
        let window = policy.rateWindow == .seconds(1) ? "" : " over \(fixed(policy.rateWindow.inSeconds, decimals: 1)) s"
        return "more than \(fixed(policy.rateThreshold, decimals: 1)) errors a second\(window)"
    }
}
