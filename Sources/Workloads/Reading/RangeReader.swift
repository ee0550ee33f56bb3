import Glibc
import Plans
import Storage
import Synchronization
import Vocabulary

/// `range_engine`: reads one worker's large objects in several parts at once, each on a thread with a target of its own.
///
/// Threads are started when they are first needed, and end with the reader.
final class RangeReader {
    private let policy: RangePolicy
    private let open: @Sendable (String) throws(StorageError) -> any StorageTarget
    private let verification: Verification
    private var helpers: [RangeHelper] = []
    private let own: ObjectReader

    /// nil where objects are read whole.
    init?(_ policy: RangePolicy, verification: Verification, open: @escaping @Sendable (String) throws(StorageError) -> any StorageTarget) {
        guard policy.isEnabled else { return nil }
        self.policy = policy
        self.verification = verification
        self.open = open
        own = ObjectReader(verification)
    }

    deinit { for helper in helpers { helper.end() } }

    func splits(_ size: Int64) -> Bool { size >= policy.minimumSplitSize.bytes && size > policy.chunkSize.bytes }

    /// Reads an object of `size` bytes in parts; the first failure of a part is that of the object.
    func read(
        _ uri: ObjectURI, size: Int64, content: KnownContent?, among others: ObjectPool?, with target: any StorageTarget
    ) throws(StorageError) -> Int64 {
        let job = RangeJob(uri: uri.text, size: size, chunk: policy.chunkSize.bytes, content: content, others: others)
        let wanted = min(policy.maximumConcurrentRanges, job.count) - 1
        while helpers.count < wanted, let helper = RangeHelper(ObjectReader(verification), open: open) { helpers.append(helper) }
        let busy = helpers.prefix(wanted)
        for helper in busy { helper.begin(job) }
        job.work(uri, own, with: target)
        for helper in busy { helper.wait() }
        return try job.outcome()
    }
}

/// One object that is being read in parts: whoever is free takes the next.
final class RangeJob: Sendable {
    let uri: String
    let count: Int
    private let size: Int64
    private let chunk: Int64
    private let content: KnownContent?
    private let others: ObjectPool?
    private let next = Atomic<Int>(0)
    private let moved = Atomic<Int64>(0)
    private let failure = Mutex<StorageError?>(nil)

    init(uri: String, size: Int64, chunk: Int64, content: KnownContent?, others: ObjectPool?) {
        (self.uri, self.size, self.chunk, self.content, self.others) = (uri, size, chunk, content, others)
        count = Int((size + chunk - 1) / chunk)
    }

    /// Reads parts until none is left or one has failed.
    func work(_ uri: ObjectURI, _ reader: ObjectReader, with target: any StorageTarget) {
        while true {
            let number = next.add(1, ordering: .relaxed).oldValue
            guard number < count else { return }
            let offset = Int64(number) * chunk
            let range = ByteRange(offset: offset, length: min(chunk, size - offset))
            do throws(StorageError) {
                moved.add(
                    try reader.read(uri, range, size: size, content: content, among: others, with: target), ordering: .relaxed)
            } catch {
                fail(error)
            }
        }
    }

    func fail(_ error: StorageError) {
        failure.withLock { $0 = $0 ?? error }
        next.store(count, ordering: .relaxed)
    }

    func outcome() throws(StorageError) -> Int64 {
        if let error = failure.withLock({ $0 }) { throw error }
        return moved.load(ordering: .relaxed)
    }
}

/// A thread that reads parts of objects with a target of its own.
///
/// `@unchecked Sendable`: reader, target and name belong to the thread; the job is handed over by the semaphores.
private final class RangeHelper: @unchecked Sendable {
    private let reader: ObjectReader
    private let open: @Sendable (String) throws(StorageError) -> any StorageTarget
    private let begun: UnsafeMutablePointer<sem_t> = .allocate(capacity: 1)
    private let done: UnsafeMutablePointer<sem_t> = .allocate(capacity: 1)
    private var job: RangeJob?
    private var target: (any StorageTarget)?

    /// nil where the system has no more threads.
    init?(_ reader: ObjectReader, open: @escaping @Sendable (String) throws(StorageError) -> any StorageTarget) {
        self.reader = reader
        self.open = open
        sem_init(begun, 0, 0)
        sem_init(done, 0, 0)
        guard WorkerThread.start({ self.run() }) else { return nil }
    }

    deinit {
        sem_destroy(begun)
        sem_destroy(done)
        begun.deallocate()
        done.deallocate()
    }

    func begin(_ job: RangeJob) {
        self.job = job
        sem_post(begun)
    }

    func wait() { while sem_wait(done) != 0 {} }

    /// Ends the thread, between jobs.
    func end() { sem_post(begun) }

    private func run() {
        let uri = ObjectURI()
        while true {
            while sem_wait(begun) != 0 {}
            guard let job else { return }
            self.job = nil
            uri.cut(to: 0)
            uri.append(job.uri)
            do throws(StorageError) {
                if target == nil { target = try open(job.uri) }
                if let target { job.work(uri, reader, with: target) }
            } catch {
                job.fail(error)
            }
            sem_post(done)
        }
    }
}
