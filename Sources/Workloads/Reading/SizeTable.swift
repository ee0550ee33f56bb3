import Synchronization

/// Sizes of objects that were found by listing, once somebody has looked; shared by all workers, without a lock.
///
/// `@unchecked Sendable`: the memory holds atomics alone.
final class SizeTable: @unchecked Sendable {
    private let sizes: UnsafeMutablePointer<Atomic<Int64>>
    private let count: Int

    init(count: Int) {
        self.count = count
        sizes = .allocate(capacity: count)
        for place in 0..<count { (sizes + place).initialize(to: Atomic(-1)) }
    }

    deinit {
        for place in 0..<count { (sizes + place).deinitialize(count: 1) }
        sizes.deallocate()
    }

    /// nil where nobody has looked yet.
    subscript(number: Int) -> Int64? {
        get {
            let size = sizes[number].load(ordering: .relaxed)
            return size < 0 ? nil : size
        }
        set { sizes[number].store(newValue ?? -1, ordering: .relaxed) }
    }
}
