import Plans
import Storage
import Vocabulary

/// The loop of one worker: draw an operation by weight, do it, count it, until the time, the tickets or the objects are used up.
///
/// Belongs to its thread, with a target, a buffer, a name and random state of its own. What happens an operation: a draw, a name, the
/// operation, its record; no lock, no allocation, no counter that another worker writes.
final class LoadWorker {
    /// Draws in a row that found nothing to work on, after which a worker ends.
    private static let drawsInVain = 100_000

    let mix: LoadMix
    let worker: Worker
    private let tickets: Tickets?
    private let data = DataSource()
    let uri = ObjectURI()
    /// Of each operation that does not go over endpoints.
    let targets: [any StorageTarget]
    /// nil: the agent has no endpoints.
    var router: Router?
    var random: Random
    /// Of each get that reads parts of its objects.
    var parts: [RangeChoice?]
    let reader: ObjectReader
    /// nil: objects are read whole.
    let rangeReader: RangeReader?
    /// GETs and STATs of what does not follow from the playbook.
    var unverified: UInt64 = 0
    private var draw: WeightedDraw
    private var batch: UInt64 = 0
    /// put and mkdir: how many names were used, and how many of them are gone again.
    let made: [MadeNames]
    /// delete: numbers of this agent's part of the pool that this worker took and did not delete yet.
    private var toDelete: [Range<Int>]

    init(mix: LoadMix, worker: Worker, made: [MadeNames], tickets: Tickets?) throws(StorageError) {
        self.mix = mix
        self.worker = worker
        self.tickets = tickets
        var opened: [any StorageTarget] = []
        for step in mix.steps { opened.append(try mix.open(step.operation.uri)) }
        targets = opened
        parts = mix.steps.map { $0.operation.part.map(RangeChoice.init) }
        reader = ObjectReader(mix.work.verification)
        let (pageCache, timeout) = (mix.work.pageCache, mix.work.ranges.timeout)
        rangeReader = RangeReader(mix.work.ranges, verification: mix.work.verification) { uri throws(StorageError) in
            try Targets.open(uri, pageCache: pageCache, timeout: timeout)
        }
        random = Random(seed: Random.mix(mix.steps.first?.seed ?? 0, UInt64(worker.number)))
        worker.retrying = Retrying(mix.work.errors, seed: Random.mix(random.next(), 1))
        draw = WeightedDraw(mix.steps.map { step in step.pool?.count == 0 && step.makers.isEmpty ? 0 : step.operation.weight })
        self.made = made
        toDelete = mix.steps.map { _ in 0..<0 }
    }

    /// Directories that puts had to make.
    func takeMadeDirectories() -> [String] {
        targets.flatMap { $0.takeMadeDirectories() } + (router?.takeMadeDirectories() ?? [])
    }

    /// In an open loop (`turns`) each operation waits for its time.
    func run(until deadline: Int64, turns: Turns?) {
        defer { if unverified > 0 { worker.control.count(unverified: unverified) } }
        var turns = turns
        while !worker.isStopped, worker.latest < deadline, takeTicket() {
            if turns != nil {
                guard let intended = turns?.next(before: deadline, unless: { worker.isStopped }) else { return }
                worker.intended = intended
            }
            guard worker.waitForBackoff(before: deadline) else { return }
            // Where the drawn operation has nothing to work on, another one takes its ticket.
            var inVain = 0
            while !worker.isStopped, let place = draw.next(&random), !perform(place) {
                inVain += 1
                if inVain == Self.drawsInVain { return worker.control.note("a worker ended early: nothing was left to work on") }
            }
            if draw.isEmpty { return }
        }
    }

    private func takeTicket() -> Bool {
        guard let tickets else { return true }
        if batch == 0 { batch = tickets.take() }
        guard batch > 0 else { return false }
        batch -= 1
        return true
    }

    /// False where nothing was done.
    @inline(__always)
    private func perform(_ place: Int) -> Bool {
        guard let gate = mix.steps[place].gate else { return act(place) }
        guard gate.enter(unless: { worker.isStopped }) else { return true }
        defer { gate.leave() }
        return act(place)
    }

    private func act(_ place: Int) -> Bool {
        switch mix.steps[place].operation.kind {
        case .get: return get(place)
        case .stat: stat(place)
        case .put: put(place)
        case .list: list(place)
        case .mkdir: mkdir(place)
        case .delete: return delete(place)
        case .rmdir: return rmdir(place)
        }
        return true
    }

    /// Times and counts what is done to `uri`, at the place's target or at the endpoint whose turn it is.
    @inline(__always)
    func perform(
        _ kind: OperationKind, at place: Int, beforeRetry: () -> Void = {},
        _ operation: (any StorageTarget) throws(StorageError) -> (moved: Int64, size: Int64)
    ) {
        guard let router, mix.steps[place].operation.spreads else {
            let target = targets[place]
            worker.perform(kind, on: uri, beforeRetry: beforeRetry) { () throws(StorageError) in try operation(target) }
            return
        }
        do {
            try router.perform(on: uri) { target in
                _ = worker.perform(kind, on: uri, beforeRetry: beforeRetry) { () throws(StorageError) in try operation(target) }
            }
        } catch {
            worker.fail(kind, error)
        }
    }

    /// False where there is nothing to read yet.
    private func get(_ place: Int) -> Bool {
        guard let object = chooseObject(place) else { return false }
        guard !looksCloser(place) else {
            readCloser(place, object)
            return true
        }
        perform(.get, at: place) { target throws(StorageError) in
            let size = try target.get(uri)
            worker.firstByte = target.firstByte
            if size == 0, case .pooled(let number) = object, let made = mix.steps[place].pool?.size(number), made > 0 {
                throw StorageError(.integrity, .get, uri: uri.text, why: "read nothing of \(made) bytes")
            }
            return (size, size)
        }
        return true
    }

    private func stat(_ place: Int) {
        let number = choose(place)
        let wanted = mix.work.verification == .none ? nil : mix.steps[place].pool?.size(number)
        if mix.work.verification != .none, wanted == nil { unverified += 1 }
        perform(.stat, at: place) { target throws(StorageError) in
            let size = try target.stat(uri)
            if let wanted, size != wanted {
                throw StorageError(.integrity, .stat, uri: uri.text, why: "it is \(size) bytes long instead of \(wanted)")
            }
            return (0, 0)
        }
    }

    private func put(_ place: Int) {
        let operation = mix.steps[place].operation
        let number = made[place].take(uri)
        let alike = Repetition.group(of: number, factor: operation.dedupFactor)
        let size = operation.sizes?.bytes(seed: made[place].seed, index: alike) ?? 0
        let seed = made[place].seed
        func begin() {
            data.begin(
                size: size, fill: operation.fill, seed: seed, index: number, dedupFactor: operation.dedupFactor,
                compressFactor: operation.compressFactor)
        }
        begin()
        perform(.put, at: place, beforeRetry: begin) { target throws(StorageError) in
            try target.put(uri, size: size, body: data)
            return (size, size)
        }
    }

    private func list(_ place: Int) {
        uri.set(made[place].plainURI)
        perform(.list, at: place) { target throws(StorageError) in
            worker.objects = try target.list(uri) { _ in true }
            return (0, 0)
        }
        worker.objects = 1
    }

    private func mkdir(_ place: Int) {
        _ = made[place].take(uri)
        perform(.mkdir, at: place) { target throws(StorageError) in
            try target.mkdir(uri)
            return (0, 0)
        }
    }

    /// Deletes the next of its part of the pool, then what its own puts made; false where neither has one.
    private func delete(_ place: Int) -> Bool {
        if !choosePart(place), !chooseMade(place) {
            if mix.steps[place].makers.isEmpty { giveUp(place) }
            return false
        }
        perform(.delete, at: place) { target throws(StorageError) in
            try target.delete(uri)
            return (0, 0)
        }
        return true
    }

    /// Removes the oldest directory that its own mkdirs made; without any in the mix, the named one, once.
    private func rmdir(_ place: Int) -> Bool {
        let step = mix.steps[place]
        if step.makers.isEmpty {
            uri.set(made[place].plainURI)
            draw.remove(place)
            guard worker.number == 0 else { return false }
        } else if !chooseMade(place) {
            return false
        }
        perform(.rmdir, at: place) { target throws(StorageError) in
            try target.rmdir(uri, recursive: step.operation.recursive)
            return (0, 0)
        }
        return true
    }

    /// Writes the name of the next object to get or look up, and returns its number.
    @inline(__always)
    private func choose(_ place: Int) -> Int {
        guard let pool = mix.steps[place].pool else { return 0 }
        let number = mix.steps[place].choice.next(&random)
        pool.write(number, to: uri)
        return number
    }

    /// Writes the name of the next object to get; nil where there is none yet.
    @inline(__always)
    private func chooseObject(_ place: Int) -> ReadObject? {
        if let unfinished = parts[place]?.unfinished {
            write(unfinished, of: place)
            return unfinished
        }
        if !mix.steps[place].makers.isEmpty, let fresh = chooseFresh(place) { return fresh }
        return mix.steps[place].choice.isEmpty ? nil : .pooled(choose(place))
    }

    /// Writes the name of an object that this worker's puts made, as often as one of them is drawn from these and the pool together; nil
    /// where it is the pool's turn.
    private func chooseFresh(_ place: Int) -> ReadObject? {
        let makers = mix.steps[place].makers
        let fresh = makers.reduce(UInt64(0)) { $0 + made[$1].upTo - made[$1].from }
        let all = fresh + UInt64(mix.steps[place].pool?.count ?? 0)
        var number = all > 0 ? random.below(all) : 0
        guard number < fresh else { return nil }
        for maker in makers {
            let count = made[maker].upTo - made[maker].from
            if number < count {
                let object = ReadObject.fresh(maker: maker, number: made[maker].from + number)
                write(object, of: place)
                return object
            }
            number -= count
        }
        return nil
    }

    private func choosePart(_ place: Int) -> Bool {
        guard let pool = mix.steps[place].pool, let queue = mix.steps[place].queue else { return false }
        if toDelete[place].isEmpty { toDelete[place] = queue.take() ?? 0..<0 }
        guard let number = toDelete[place].popFirst() else { return false }
        let share = mix.steps[place].share
        pool.write(number * share.count + share.index, to: uri)
        return true
    }

    private func chooseMade(_ place: Int) -> Bool { mix.steps[place].makers.contains { made[$0].giveBack(uri) } }

    private func giveUp(_ place: Int) {
        draw.remove(place)
        let operation = mix.steps[place].operation
        worker.control.note("\(operation.kind.label) \(operation.uri) ran out of objects; the other operations went on without it")
    }
}
