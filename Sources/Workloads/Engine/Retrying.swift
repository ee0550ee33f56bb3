import Plans
import Storage
import Vocabulary

/// Tries operations that failed again, as `error_handling` says: only for reasons that may pass by themselves, with growing delays.
///
/// Belongs to one worker. A server that asks to be left alone for longer is.
struct Retrying {
    private let policy: RetryPolicy
    private var random: Random

    /// nil where operations are not tried again.
    init?(_ policy: ErrorPolicy, seed: UInt64) {
        guard policy.retriesOnError, policy.retries.maximum > 0 else { return nil }
        self.policy = policy.retries
        random = Random(seed: seed)
    }

    static func mayPass(_ kind: StorageError.Kind) -> Bool {
        switch kind {
        case .timeout, .throttled, .network, .server, .io: true
        case .notFound, .permission, .noSpace, .exists, .notEmpty, .integrity, .unsupported: false
        }
    }

    /// Waits before try `number` (the first repetition is 1); false where there is to be none.
    mutating func wait(before number: Int, after error: StorageError, unless isStopped: () -> Bool) -> Bool {
        guard number <= policy.maximum, Self.mayPass(error.kind) else { return false }
        return Pause.until(SystemClock.now + delay(before: number, after: error), unless: isStopped)
    }

    mutating func delay(before number: Int, after error: StorageError) -> Duration {
        var seconds = policy.initialDelay.inSeconds
        for _ in 1..<max(1, number) { seconds = min(seconds * policy.multiplier, policy.maximumDelay.inSeconds) }
        seconds *= 1 + policy.jitter * (Double(random.below(2001)) / 1000 - 1)
        return max(.seconds(seconds), error.retryAfter ?? .zero)
    }
}
