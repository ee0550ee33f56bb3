import Measurement
import Storage
import Synchronization
import Vocabulary

/// One thread of load: what it does is timed and counted in its own shard, which the sampler swaps for an empty one.
///
/// `@unchecked Sendable`: everything but the atomics belongs to the worker's thread.
final class Worker: @unchecked Sendable {
    let number: Int
    let control: CrewControl
    private let slowdown: Double
    private let log: OperationRing?
    /// Objects that the operation is about: what a list found.
    var objects: Int64 = 1
    /// When the operation's first byte came, for the operation log; 0: not known.
    var firstByte: Int64 = 0
    /// The place of the endpoint that the operation goes to.
    var endpoint = noEndpoint
    static let noEndpoint = -1
    /// Set before the first operation; nil: what failed is not tried again.
    var retrying: Retrying?
    /// End of the last operation, or the start.
    private(set) var latest: Int64 = 0
    /// When the next operation is meant to begin; 0 in a closed loop, where it is whenever the one before has ended.
    var intended: Int64 = 0

    /// The shard being filled; nil for the few nanoseconds in which the worker writes to it.
    private let slot: Atomic<UnsafeMutableRawPointer?>
    /// Begin of the operation going on; 0 between operations, `overdue` in one that the sampler has counted as an error already.
    private let running = Atomic<Int64>(0)
    private static let overdue: Int64 = -1
    /// The operation going on: its kind's place, and above that one more than its endpoint's.
    private let kind = Atomic<Int>(0)
    private static let endpointShift = 8
    private let first = Atomic<Int64>(0)
    private let ended = Atomic<Int64>(0)
    /// The two shards that take turns; which one is in the slot only the sampler knows.
    private let shards: (Shard, Shard)

    /// `first`: the interval that the load begins with. `log`: where each operation is written down, too. `endpoints`: how many the
    /// agent has.
    init(
        number: Int, control: CrewControl, slowdown: Double, first: ShardInterval = ShardInterval(), log: OperationRing? = nil,
        endpoints: Int = 0
    ) {
        self.log = log
        self.number = number
        self.control = control
        self.slowdown = slowdown
        shards = (Shard(endpoints: endpoints), Shard(endpoints: endpoints))
        shards.0.interval = first
        slot = Atomic(Unmanaged.passUnretained(shards.0).toOpaque())
    }

    /// Whether to end before the next operation.
    @inline(__always)
    var isStopped: Bool { control.isStopped }

    /// Waits while errors hold the load up; false where there is no time for an operation afterwards.
    @inline(__always)
    func waitForBackoff(before deadline: Int64) -> Bool {
        guard let until = control.backoff?.until, until > latest else { return true }
        return waitOut(until, before: deadline)
    }

    @inline(never)
    private func waitOut(_ end: Int64, before deadline: Int64) -> Bool {
        var end = end
        while true {
            guard Pause.until(Moment(nanoseconds: min(end, deadline)), unless: { isStopped }), end < deadline else { return false }
            // Another pause may have begun.
            let later = control.backoff?.until ?? end
            if later <= end { return true }
            end = later
        }
    }

    /// Times one operation, which returns the bytes that it moved and the size of its object, and counts it or its error; returns
    /// the error. An `ignored` one is not counted. `uri` is what it is done to, for the operation log.
    /// Tries again where that is wanted, each time after `beforeRetry`.
    @inline(__always)
    @discardableResult
    func perform(
        _ kind: OperationKind, on uri: ObjectURI? = nil, ignoring ignored: StorageError.Kind? = nil, beforeRetry: () -> Void = {},
        _ operation: () throws(StorageError) -> (moved: Int64, size: Int64)
    ) -> StorageError? {
        let begin = SystemClock.now.nanoseconds
        firstByte = 0
        self.kind.store(kind.place | (endpoint + 1) << Self.endpointShift, ordering: .relaxed)
        running.store(begin, ordering: .relaxed)
        let isFirst = first.load(ordering: .relaxed) == 0
        if isFirst { first.store(begin, ordering: .relaxed) }
        // Where more workers than processors begin at one moment, those that had none yet come first: else they would wait for whole time slices.
        defer { if isFirst { Pause.yield() } }
        do {
            let (moved, size) = try attempt(operation, beforeRetry, ignored)
            guard let end = finish(begin) else { return nil }
            let sinceIntended = intended > 0 ? end - intended : nil
            write { shard in
                shard.record(
                    kind, size: size, moved: moved, nanoseconds: end - begin, sinceIntended: sinceIntended, endpoint: endpoint)
                if let log, let uri {
                    log.append(
                        entry(kind, shard, begin, end, bytes: moved), name: uri.bytes, error: UnsafeRawBufferPointer(start: nil, count: 0))
                }
            }
            return nil
        } catch {
            if let end = finish(begin), error.kind != ignored { fail(kind, error, begin: begin, end: end) }
            return error
        }
    }

    @inline(__always)
    private func attempt(
        _ operation: () throws(StorageError) -> (moved: Int64, size: Int64), _ beforeRetry: () -> Void, _ ignored: StorageError.Kind?
    ) throws(StorageError) -> (moved: Int64, size: Int64) {
        do throws(StorageError) {
            return try operation()
        } catch {
            guard retrying != nil else { throw error }
            return try attemptAgain(operation, beforeRetry, ignored, after: error)
        }
    }

    /// The tries after the first one that failed, within the same operation.
    @inline(never)
    private func attemptAgain(
        _ operation: () throws(StorageError) -> (moved: Int64, size: Int64), _ beforeRetry: () -> Void, _ ignored: StorageError.Kind?,
        after first: StorageError
    ) throws(StorageError) -> (moved: Int64, size: Int64) {
        var failure = first
        var number = 1
        while failure.kind != ignored, retrying?.wait(before: number, after: failure, unless: { isStopped }) == true {
            control.countRetry()
            beforeRetry()
            do throws(StorageError) {
                return try operation()
            } catch {
                failure = error
            }
            number += 1
        }
        throw failure
    }

    /// Times one request for several operations of a kind, each of which counts as one that took as long. `operation` returns those that
    /// failed, and they are counted, but for `ignored` ones; returns why the request as a whole failed, which is not counted.
    func performTogether(
        _ kind: OperationKind, _ count: Int, ignoring ignored: StorageError.Kind?, _ operation: () throws(StorageError) -> [StorageError]
    ) -> StorageError? {
        let begin = SystemClock.now.nanoseconds
        self.kind.store(kind.place | (endpoint + 1) << Self.endpointShift, ordering: .relaxed)
        running.store(begin, ordering: .relaxed)
        if first.load(ordering: .relaxed) == 0 { first.store(begin, ordering: .relaxed) }
        do {
            let failures = try operation()
            guard let end = finish(begin) else { return nil }
            write { shard in
                for _ in 0..<max(0, count - failures.count) {
                    shard.record(kind, size: 0, moved: 0, nanoseconds: end - begin, sinceIntended: nil, endpoint: endpoint)
                }
            }
            for failure in failures where failure.kind != ignored { fail(kind, failure, begin: begin, end: end) }
            return nil
        } catch {
            return finish(begin) == nil ? nil : error
        }
    }

    /// Counts an error of an operation that could not even begin.
    func fail(_ kind: OperationKind, _ error: StorageError) {
        let now = SystemClock.now.nanoseconds
        fail(kind, error, begin: now, end: now)
    }

    @inline(never)
    private func fail(_ kind: OperationKind, _ error: StorageError, begin: Int64, end: Int64) {
        write { shard in
            shard.record(kind, error: error, at: end, endpoint: endpoint)
            log?.append(entry(kind, shard, begin, end, bytes: 0), name: error.uri, error: "\(error.kind.rawValue): \(error.why)")
        }
        control.countError(at: end)
    }

    @inline(__always)
    private func entry(_ kind: OperationKind, _ shard: Shard, _ begin: Int64, _ end: Int64, bytes: Int64) -> OperationRing.Header {
        OperationRing.Header(
            interval: shard.interval.index, worker: UInt32(number), kind: UInt8(kind.place), isWarmup: shard.interval.isWarmup,
            begin: begin, firstByte: firstByte, end: end, bytes: bytes, objects: objects)
    }

    /// Sets the clock of a worker that has done nothing yet.
    func begin(at moment: Int64) { latest = moment }

    func end() { ended.store(max(SystemClock.now.nanoseconds, 1), ordering: .releasing) }

    /// The end of an operation; nil where it came too late to count.
    @inline(__always)
    private func finish(_ begin: Int64) -> Int64? {
        var end = SystemClock.now.nanoseconds
        if slowdown > 1 { end = slowDown(begin, end) }
        latest = end
        return running.exchange(0, ordering: .relaxed) == Self.overdue ? nil : end
    }

    /// The slot is emptied while it is written to, so that the sampler never takes a shard in use. One uncontended exchange.
    @inline(__always)
    private func write(_ change: (Shard) -> Void) {
        guard let taken = slot.exchange(nil, ordering: .acquiring) else { return }
        change(Unmanaged<Shard>.fromOpaque(taken).takeUnretainedValue())
        slot.store(taken, ordering: .releasing)
    }

    /// Waits until the operation has taken `slowdown` times as long.
    private func slowDown(_ begin: Int64, _ end: Int64) -> Int64 {
        let until = begin + Int64(Double(end - begin) * slowdown)
        var now = end
        while now < until, !isStopped {
            if until - now > 200_000 { Pause.sleep(min(until - now - 100_000, 10_000_000)) }
            now = SystemClock.now.nanoseconds
        }
        return now
    }
}

/// What the sampler asks of a worker; from its own thread.
extension Worker {
    var firstOperation: Int64? { nonzero(first.load(ordering: .relaxed)) }
    /// When its thread was done; nil while it works.
    var endedAt: Int64? { nonzero(ended.load(ordering: .acquiring)) }
    /// It is in an operation that was given up.
    var isOverdue: Bool { running.load(ordering: .relaxed) == Self.overdue }

    /// An operation that was given up.
    struct GivenUp {
        var kind: OperationKind
        var begin: Int64
        /// nil: it went to no endpoint.
        var endpoint: Int?
    }

    /// Gives up the operation that it has been in since before `moment`. Should it ever come back, it is not counted.
    func giveUp(begunBefore moment: Int64) -> GivenUp? {
        let begin = running.load(ordering: .relaxed)
        guard begin > 0, begin < moment else { return nil }
        let known = kind.load(ordering: .relaxed)
        guard running.compareExchange(expected: begin, desired: Self.overdue, ordering: .relaxed).exchanged else { return nil }
        let (kind, endpoint) = (known & ((1 << Self.endpointShift) - 1), known >> Self.endpointShift - 1)
        return GivenUp(kind: OperationKind.allCases[kind], begin: begin, endpoint: endpoint >= 0 ? endpoint : nil)
    }

    /// Puts the other, empty shard in place of the one in use, and returns that.
    func swapShard(_ usesSecond: inout Bool, next: ShardInterval) -> Shard {
        let (used, spare) = usesSecond ? (shards.1, shards.0) : (shards.0, shards.1)
        spare.interval = next
        let pointer = Unmanaged.passUnretained(used).toOpaque()
        let other = Unmanaged.passUnretained(spare).toOpaque()
        while !slot.compareExchange(expected: pointer, desired: other, ordering: .acquiringAndReleasing).exchanged { Pause.yield() }
        usesSecond.toggle()
        return used
    }

    private func nonzero(_ value: Int64) -> Int64? { value == 0 ? nil : value }
}
