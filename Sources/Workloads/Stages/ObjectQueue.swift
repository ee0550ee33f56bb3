import Synchronization

/// Numbers from 0 that workers share out among themselves, a few at a time.
final class ObjectQueue: Sendable {
    private let next: Atomic<Int>
    private let count: Int
    private let batch: Int

    /// Numbers before `first` are not given out.
    init(count: Int, workers: Int, from first: Int = 0) {
        self.count = count
        next = Atomic(first)
        batch = min(64, max(1, count / (max(1, workers) * 8)))
    }

    /// The next numbers; nil when there are none left.
    func take() -> Range<Int>? {
        guard next.load(ordering: .relaxed) < count else { return nil }
        let begin = next.add(batch, ordering: .relaxed).oldValue
        return begin < count ? begin..<min(count, begin + batch) : nil
    }
}
