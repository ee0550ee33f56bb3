import Measurement
import Storage
import Vocabulary

/// Takes the workers' shards away each interval and adds them up.
struct Sampler {
    private let crew: Crew
    private let workers: [Worker]
    private var deadline: Moment?
    private let warmupEnd: Moment
    private var usesSecond: [Bool]
    private var host = HostWatch()
    private var result: Crew.Result
    private var intervalIndex = 0
    private var intervalBegin: Moment
    private var nextCut: Moment
    private var stopSeen: Moment?
    /// Operations that were given up in this interval.
    private var overdue = StatisticsTable()

    init(crew: Crew, workers: [Worker], start: Moment) {
        self.crew = crew
        self.workers = workers
        deadline = crew.bounds.duration.map { start + $0 }
        warmupEnd = start + crew.bounds.warmup
        usesSecond = workers.map { _ in false }
        intervalBegin = start
        nextCut = start
        result = Crew.Result(
            begin: start, end: start, firstOperation: nil, table: StatisticsTable(), samples: ErrorSamples(),
            endpoints: Array(repeating: OperationStatistics(), count: crew.endpoints), warmupOperations: 0, givenUp: 0)
        nextCut = cut(after: start)
    }

    mutating func run() -> Crew.Result {
        while workers.contains(where: { $0.endedAt == nil && !$0.isOverdue }) {
            let now = SystemClock.now
            noteFirstOperation()
            finishInTime(now)
            giveUpOperations(now)
            if isTimeToGiveUp(now) { break }
            if now >= nextCut {
                takeInterval(end: now)
                nextCut = cut(after: now)
            }
            Pause.sleep(min(5_000_000, max(50_000, (nextCut - SystemClock.now).wholeNanoseconds)))
        }
        noteFirstOperation()
        finish()
        return result
    }

    /// The next moment to cut at: a whole interval after the start or, before it, the end of the warm-up. Where the load is about to end,
    /// the last interval is rather a little longer than two, one of them a sliver.
    private func cut(after now: Moment) -> Moment {
        if now < warmupEnd, now + crew.interval > warmupEnd - crew.interval / 10 { return warmupEnd }
        let origin = now < warmupEnd ? warmupEnd - crew.bounds.warmup : warmupEnd
        let interval = max(1, crew.interval.wholeNanoseconds)
        let passed = max(0, (now - origin).wholeNanoseconds + interval / 10) / interval
        let next = Moment(nanoseconds: origin.nanoseconds + (passed + 1) * interval)
        guard let deadline, now < deadline, next > deadline - crew.interval / 4 else { return next }
        return deadline + crew.interval
    }

    /// A load that was ordered to be complete before its duration is over.
    private mutating func finishInTime(_ now: Moment) {
        guard let moment = crew.control.finishMoment, now >= moment, !crew.control.isFinished else { return }
        deadline = deadline.map { min($0, moment) } ?? moment
        crew.control.finish()
    }

    private mutating func isTimeToGiveUp(_ now: Moment) -> Bool {
        if crew.control.isStoppedByFlag || (crew.control.isStopped && !crew.control.isFinished) {
            let seen = stopSeen ?? now
            stopSeen = seen
            return now - seen > crew.bounds.grace
        }
        return deadline.map { now - $0 > crew.bounds.operationTimeout } ?? false
    }

    /// An operation that takes longer than is allowed is an error; its worker goes on as soon as it comes back.
    private mutating func giveUpOperations(_ now: Moment) {
        let limit = crew.bounds.operationTimeout
        for worker in workers {
            guard let given = worker.giveUp(begunBefore: (now - limit).nanoseconds) else { continue }
            let why = "no answer within \(fixed(limit.inSeconds, decimals: 1)) s (worker \(worker.number))"
            count(given, of: worker, at: now, why)
            crew.control.countError(at: now.nanoseconds)
        }
    }

    /// An error that its worker will not count itself.
    private mutating func count(_ given: Worker.GivenUp, of worker: Worker, at now: Moment, _ why: String) {
        overdue.recordError(given.kind)
        if intervalBegin >= warmupEnd {
            result.samples.add(given.kind, StorageError(.timeout, given.kind, uri: "an object", why: why), at: now.nanoseconds)
            if let place = given.endpoint { result.endpoints[place].recordError() }
        }
        crew.board.add(operations: 1, bytes: 0, errors: 1)
        let record = OperationRing.Header(
            interval: UInt32(intervalIndex), worker: UInt32(worker.number), kind: UInt8(given.kind.place),
            isWarmup: intervalBegin < warmupEnd, begin: given.begin, end: now.nanoseconds, objects: 1)
        crew.log?.lastRing.append(record, name: "", error: "\(StorageError.Kind.timeout.rawValue): \(why)")
    }

    private mutating func noteFirstOperation() {
        guard result.firstOperation == nil, let first = workers.compactMap(\.firstOperation).min() else { return }
        let moment = Moment(nanoseconds: first)
        result.firstOperation = moment
        crew.board.note(firstOperation: moment)
    }

    /// Cuts the last interval, at the end of the last worker's work; an operation that has not come back is an error.
    private mutating func finish() {
        let ends = workers.map(\.endedAt)
        let last = ends.compactMap { $0 }.max() ?? intervalBegin.nanoseconds
        let isComplete = ends.allSatisfy { $0 != nil }
        let end = isComplete ? Moment(nanoseconds: last) : SystemClock.now
        result.givenUp = ends.count { $0 == nil }
        for worker in workers where worker.endedAt == nil {
            if let given = worker.giveUp(begunBefore: .max) {
                count(given, of: worker, at: end, "it does not end (worker \(worker.number))")
            }
        }
        takeInterval(end: max(end, intervalBegin))
        result.end = max(end, result.begin)
    }

    private mutating func takeInterval(end: Moment) {
        var table = overdue
        overdue = StatisticsTable()
        let next = ShardInterval(index: UInt32(intervalIndex + 1), isWarmup: end < warmupEnd)
        let isWarmup = intervalBegin < warmupEnd
        var leftOut: [OperationStatistics] = []
        for (number, worker) in workers.enumerated() {
            let shard = worker.swapShard(&usesSecond[number], next: next)
            crew.board.add(operations: shard.operations, bytes: shard.bytes, errors: shard.errors)
            if isWarmup { result.warmupOperations += shard.operations } else { result.samples.merge(shard.samples) }
            if isWarmup { shard.drain(into: &table, endpoints: &leftOut) } else { shard.drain(into: &table, endpoints: &result.endpoints) }
        }
        crew.log?.commit(interval: intervalIndex)
        if isWarmup { result.begin = end } else { result.table.merge(table) }
        let statistics = IntervalStatistics(
            stage: crew.stage, index: intervalIndex, begin: intervalBegin, end: end, isWarmup: isWarmup, table: table,
            host: host.take())
        intervalIndex += 1
        intervalBegin = end
        crew.onInterval(statistics)
    }
}
