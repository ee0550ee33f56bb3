import Plans
import Storage
import Vocabulary

/// A load's operations, resolved: patterns to pools, seeds to numbers. Made once, read by all workers.
struct LoadMix: Sendable {
    let work: LoadWork
    let steps: [LoadStep]
    /// What a person should know: patterns that match more than is used.
    private(set) var notes: [String] = []

    /// `salt` is different in each run, so that one run's puts do not overwrite another's; `agent` is this one among all, from 0.
    init(_ work: LoadWork, stage: StageOrder, salt: UInt64, agent: Share) throws(StorageError) {
        self.work = work
        let planned = work.knownSets.map { PlannedObjects($0) } + work.knownTrees.map { PlannedObjects(filesOf: $0) }
        let deletes = work.operations.contains { $0.kind == .delete }
        var seed = Random.mix(Random.mix(work.seed, salt), UInt64(bitPattern: Int64(stage.number)))
        seed = Random.mix(seed, UInt64(agent.index))
        var steps: [LoadStep] = []
        for (place, operation) in work.operations.enumerated() {
            let choice = Self.choice(operation, planned, mixDeletes: deletes)
            let pool = try Self.pool(operation, choice, work.pageCache)
            if pool?.isCut == true {
                notes.append("\(operation.uri) matches more objects than the \(pool?.count ?? 0) that are used: a sample of them")
            }
            let share = work.knownSets.first?.share ?? agent
            let part = operation.kind == .delete ? share.portion(of: pool?.count ?? 0) : nil
            let limit = operation.concurrency.flatMap { $0 < work.workers ? Gate(limit: $0) : nil }
            steps.append(
                LoadStep(
                    operation: operation, pool: pool, choice: Self.choice(work.pathSelection, pool), share: share,
                    queue: part.map { ObjectQueue(count: $0, workers: work.workers) },
                    seed: Random.mix(seed, UInt64(place)), gate: limit,
                    makers: Self.makers(operation, work.operations, readsFresh: work.dynamicPutPool),
                    sizes: Self.sizes(operation, pool, work)))
        }
        self.steps = steps
    }

    /// The names that each operation of one worker makes.
    func names(forWorker number: Int) -> [MadeNames] {
        steps.map { MadeNames(uri: $0.operation.uri, seed: Random.mix($0.seed, UInt64(number))) }
    }

    /// A worker's target for one place of the storage.
    func open(_ uri: String) throws(StorageError) -> any StorageTarget {
        try Targets.open(uri, pageCache: work.pageCache, timeout: work.operationTimeout)
    }

    /// What each get, stat and delete will take its objects from, for a person.
    var found: [String] {
        steps.compactMap { step in
            guard let pool = step.pool else { return nil }
            return "Found \(pool.count) objects for \(step.operation.kind.label) pattern: \(step.operation.uri)"
        }
    }

    /// Why a get, stat or delete would find nothing; nil where each finds something.
    var emptiness: String? {
        for step in steps where step.operation.weight > 0 && step.makers.isEmpty {
            guard let pool = step.pool else { continue }
            let uri = step.operation.uri
            if pool.count == 0 { return "no object matches \(uri)" }
            if step.operation.kind != .delete, step.choice.isEmpty {
                return
                    "of the \(pool.count) objects that match \(uri) none is this agent's own\n  fix: path_selection: random, or more objects than agents"
            }
        }
        return nil
    }

    /// An object that is named is for every agent, whoever has which part of the others.
    private static func choice(_ selection: PathSelection, _ pool: ObjectPool?) -> PoolChoice {
        PoolChoice(pool?.isNamed == true ? .random : selection, count: pool?.count ?? 0)
    }

    /// Where a pool to delete from was made, delete takes only that, and get and stat leave it alone.
    static func choice(_ operation: LoadOperation, _ planned: [PlannedObjects], mixDeletes: Bool) -> [PlannedObjects] {
        guard mixDeletes, planned.contains(where: \.isDeletable) else { return planned }
        switch operation.kind {
        case .delete: return planned.filter(\.isDeletable)
        case .get, .stat: return planned.filter { !$0.isDeletable }
        case .put, .list, .mkdir, .rmdir: return planned
        }
    }

    private static func sizes(_ operation: LoadOperation, _ pool: ObjectPool?, _ work: LoadWork) -> SizeTable? {
        guard operation.kind == .get, operation.part != nil || work.ranges.isEnabled, let pool, !pool.isPlanned else { return nil }
        return SizeTable(count: pool.count)
    }

    private static func pool(
        _ operation: LoadOperation, _ planned: [PlannedObjects], _ pageCache: PageCacheMode
    ) throws(StorageError) -> ObjectPool? {
        switch operation.kind {
        case .get, .stat, .delete:
            let target = try Targets.open(operation.uri, pageCache: pageCache)
            do {
                return try ObjectPool(matching: operation.uri, among: planned, with: target)
            } catch {
                // A folder that is not there has nothing in it.
                guard error.kind == .notFound else { throw error }
                return ObjectPool([])
            }
        case .put, .list, .mkdir, .rmdir: return nil
        }
    }

    /// delete, and get with `dynamic_put_pool`, take what puts of this mix made where it matches, rmdir what mkdirs made under the same
    /// URI.
    private static func makers(_ operation: LoadOperation, _ all: [LoadOperation], readsFresh: Bool) -> [Int] {
        switch operation.kind {
        case .get where !readsFresh: return []
        case .delete, .get:
            let glob = Glob(operation.uri)
            return all.indices.filter { place in
                guard all[place].kind == .put, !glob.isLiteral else { return false }
                let name = ObjectURI()
                FreshNames(uri: all[place].uri, seed: 0).write(0, to: name)
                return glob.matches(name.bytes)
            }
        case .rmdir: return all.indices.filter { all[$0].kind == .mkdir && all[$0].uri == operation.uri }
        case .put, .list, .stat, .mkdir: return []
        }
    }
}
