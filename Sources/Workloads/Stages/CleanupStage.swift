import Measurement
import Plans
import Storage
import Vocabulary

/// Deletes what this playbook made, by plan and ledger, and nothing else; then the directories of ours that are empty.
struct CleanupStage {
    let context: StageContext
    let work: CleanupWork

    /// Names to delete, by number.
    private enum Part: Sendable {
        case objects(PlannedObjects)
        case ledger(FreshNames, PutLedger.Entry, spreads: Bool)

        var count: Int {
            switch self {
            case .objects(let objects): objects.portion
            case .ledger(_, let entry, _): Int(clamping: entry.count)
            }
        }

        var uri: String {
            switch self {
            case .objects(let objects): objects.base
            case .ledger(_, let entry, _): entry.uri
            }
        }

        /// Writes a name; returns the turn of the endpoints that it lies at, nil where it lies at none.
        func write(_ number: Int, to uri: ObjectURI) -> Int? {
            switch self {
            case .objects(let objects):
                let index = objects.index(ofPortion: number)
                objects.write(index, to: uri)
                return objects.turn(index)
            case .ledger(let names, let entry, let spreads):
                names.write(entry.from + UInt64(number), to: uri)
                return spreads ? number : nil
            }
        }
    }

    func run(startAt: Moment?) -> StageOutcome {
        let ledger = context.ledger.ledger
        PrepareCheckpoint(context.plan)?.forget(work.sets.map { PlannedObjects($0) } + work.trees.map { PlannedObjects(filesOf: $0) })
        let routes = Routes(context.plan.endpoints)
        let parts = plannedParts(ledger, routes)
        let limit = work.mode == .bestEffort ? Int.max : StageContext.objectErrorLimit
        let control = CrewControl(stop: context.stop, errorLimit: limit)
        let totals = ObjectTotals()
        let queues = parts.map { ObjectQueue(count: $0.count, workers: work.workers) }
        let (isStrict, timeout) = (work.mode == .strict, context.plan.operationTimeout)
        var crew = context.crew(workers: work.workers, control: control)
        let tell = crew.onInterval
        crew.onInterval = { interval in
            var interval = interval
            interval.objects = totals.takeDone()
            tell(interval)
        }
        let result = crew.run(startAt: startAt) { worker in
            let remover = ObjectRemover(worker: worker, isStrict: isStrict, routes: routes, timeout: timeout) { totals.tell(done: $0) }
            return { _ in
                for (part, queue) in zip(parts, queues) {
                    while !worker.isStopped, let numbers = queue.take() {
                        totals.add(remover.delete(numbers, under: part.uri) { part.write($0, to: $1) })
                    }
                }
            }
        }
        if !control.isStopped { totals.add(removeDirectories(ledger, control)) }
        return outcome(result, control, totals.counts)
    }

    private func outcome(_ result: Crew.Result, _ control: CrewControl, _ counts: ObjectCounts) -> StageOutcome {
        let isFailure = counts.failed > 0 && work.mode != .bestEffort
        if counts.failed > 0, !isFailure { control.note("\(counts.failed) objects could not be deleted") }
        let failure = isFailure ? "\(counts.failed) objects could not be deleted" : nil
        var outcome = context.outcome(of: result, control: control, objects: counts, failure: failure)
        if outcome.end == .completed { outcome.ledger = PutLedger() }
        return outcome
    }

    private func plannedParts(_ ledger: PutLedger, _ routes: Routes?) -> [Part] {
        work.sets.map { .objects(PlannedObjects($0)) } + work.trees.map { .objects(PlannedObjects(filesOf: $0)) }
            + ledger.entries.filter { $0.kind == .put }.map {
                .ledger(FreshNames(uri: $0.uri, seed: $0.seed), $0, spreads: routes?.covers($0.uri) == true)
            }
    }

    private func removeDirectories(_ ledger: PutLedger, _ control: CrewControl) -> ObjectCounts {
        var remover = DirectoryRemover(isShared: context.agent.count > 1, isStopped: { control.isStopped })
        for entry in ledger.entries where entry.kind == .mkdir { remover.add(entry) }
        remover.add(ledger.directories)
        for set in work.sets where !Targets.isObjectStore(set.base) { remover.add(PlannedObjects(set).shardDirectories) }
        for tree in work.trees where !Targets.isObjectStore(tree.base) {
            if let share = tree.directoryShare ?? tree.fileShare { remover.add(TreeNames(tree), share) }
        }
        var counts = ObjectCounts()
        counts.directoriesRemoved = remover.run()
        return counts
    }
}
