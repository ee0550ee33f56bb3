import Plans
import Storage
import Synchronization
import Vocabulary

/// One operation of the mix, resolved once for all workers of this agent.
struct LoadStep: Sendable {
    let operation: LoadOperation
    /// What get, stat and delete choose from.
    let pool: ObjectPool?
    /// Which of the pool get and stat take.
    let choice: PoolChoice
    /// delete: this agent's part of the pool.
    let share: Share
    /// delete: hands that part out to workers, a few objects at a time.
    let queue: ObjectQueue?
    /// Seed of put's and mkdir's names and sizes, mixed with the worker's number.
    let seed: UInt64
    /// Where fewer workers may be in this operation than there are.
    let gate: Gate?
    /// delete, rmdir and get: the puts or mkdirs whose objects they may take, as places in the mix.
    let makers: [Int]
    /// get of which parts are read: sizes of what prepare did not make.
    let sizes: SizeTable?
}

/// Bounds the workers that are in one operation at once; only where a playbook asks for it.
final class Gate: Sendable {
    private let inside = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) { self.limit = max(1, limit) }

    /// Waits for a place, outside of what is timed; false where the crew was stopped before.
    func enter(unless isStopped: () -> Bool) -> Bool {
        while inside.add(1, ordering: .acquiring).newValue > limit {
            inside.subtract(1, ordering: .releasing)
            if isStopped() { return false }
            Pause.sleep(50_000)
        }
        return true
    }

    func leave() { inside.subtract(1, ordering: .releasing) }
}

/// Hands out a fixed number of operations to workers, a few at a time, so that they do not meet at one counter.
final class Tickets: Sendable {
    private let left: Atomic<UInt64>
    private let batch: UInt64

    init(_ count: UInt64, workers: Int) {
        left = Atomic(count)
        batch = min(32, max(1, count / UInt64(max(1, workers) * 16)))
    }

    /// As many as may be done before asking again; 0 when all are given out.
    func take() -> UInt64 {
        var known = left.load(ordering: .relaxed)
        while known > 0 {
            let wanted = min(batch, known)
            let (exchanged, original) = left.compareExchange(expected: known, desired: known - wanted, ordering: .relaxed)
            if exchanged { return wanted }
            known = original
        }
        return 0
    }
}
