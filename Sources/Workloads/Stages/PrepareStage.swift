import Measurement
import Plans
import Storage
import Vocabulary

/// Makes this agent's part of the objects and directories that a playbook asks for; what is there with the right size stays.
struct PrepareStage {
    let context: StageContext
    let work: PrepareWork

    /// Something that workers go through by number.
    enum Part: Sendable {
        case directories(TreeNames, Share)
        case objects(PlannedObjects)

        var count: Int {
            switch self {
            case .directories(let names, let share): share.portion(of: names.directoryCount)
            case .objects(let objects): objects.portion
            }
        }
    }

    func run(startAt: Moment?) -> StageOutcome {
        let parts = plannedParts()
        let control = CrewControl(stop: context.stop, errorLimit: StageContext.objectErrorLimit)
        let totals = ObjectTotals()
        let checkpoint = work.forceOverwrite || work.skipVerification ? nil : PrepareCheckpoint(context.plan)
        let fronts = parts.map { Front(part: $0, workers: work.workers, checkpoint: checkpoint) }
        for front in fronts where front.trusted > 0 {
            totals.add(ObjectCounts(kept: front.trusted))
            totals.tell(done: front.trusted)
            control.note("\(front.trusted) objects below \(front.base) are there, as \(context.plan.ledgerDirectory ?? "") says")
        }
        let (ledger, delay, routes) = (context.ledger, context.surroundings.retryDelay, Routes(context.plan.endpoints))
        var crew = context.crew(workers: work.workers, control: control)
        let tell = crew.onInterval
        crew.onInterval = { interval in
            var interval = interval
            interval.objects = totals.takeDone()
            tell(interval)
            for front in fronts { front.note(in: checkpoint) }
            checkpoint?.save(now: false)
        }
        let result = crew.run(startAt: startAt) { worker in
            let maker = ObjectMaker(worker: worker, work: work, routes: routes, timeout: context.plan.operationTimeout)
            return { _ in
                var failed: [(place: Int, number: Int)] = []
                for place in Self.order(parts, work.strategy, worker.number) {
                    while !worker.isStopped, let numbers = fronts[place].take() {
                        let before = failed.count
                        totals.add(Self.make(parts[place], numbers, maker, totals) { failed.append((place, $0)) })
                        if failed.count == before, !worker.isStopped { fronts[place].finish(numbers) }
                        ledger.add(directories: maker.takeMadeDirectories())
                    }
                }
                totals.add(Self.tryAgain(failed, parts, maker, totals, after: delay))
            }
        }
        for front in fronts { front.note(in: checkpoint) }
        checkpoint?.save(now: true)
        let counts = totals.counts
        if counts.made > 0, !control.isStopped { waitAfter(control) }
        let wanted = parts.reduce(0) { $0 + $1.count }
        let failure = counts.failed > 0 ? "\(counts.failed) of \(wanted) objects and directories could not be made" : nil
        return context.outcome(of: result, control: control, objects: counts, failure: failure)
    }

    /// What failed is tried once more, later: what was wrong may have passed.
    private static func tryAgain(
        _ failed: [(place: Int, number: Int)], _ parts: [Part], _ maker: ObjectMaker, _ totals: ObjectTotals, after delay: Duration
    ) -> ObjectCounts {
        var counts = ObjectCounts()
        guard !failed.isEmpty else { return counts }
        _ = Pause.until(SystemClock.now + delay, unless: { maker.worker.isStopped })
        for (place, number) in failed {
            guard !maker.worker.isStopped else {
                counts.failed += 1
                continue
            }
            counts.merge(make(parts[place], number..<number + 1, maker, totals) { _ in counts.failed += 1 })
        }
        return counts
    }

    private func plannedParts() -> [Part] {
        // Where names are flat, the files of a tree are all of it.
        let trees = work.trees.filter { !Targets.isObjectStore($0.base) }
            .compactMap { tree in tree.directoryShare.map { Part.directories(TreeNames(tree), $0) } }
        let files = work.trees.map { Part.objects(PlannedObjects(filesOf: $0)) }
        return trees + files + work.sets.map { Part.objects(PlannedObjects($0)) }
    }

    /// The parts one after the other; `parallel`: each worker begins with another one.
    private static func order(_ parts: [Part], _ strategy: PrepareWork.Strategy, _ worker: Int) -> [Int] {
        guard strategy == .parallel, !parts.isEmpty else { return Array(parts.indices) }
        return parts.indices.map { ($0 + worker) % parts.count }
    }

    /// Makes a part's objects or directories; whatever fails is told, not counted.
    private static func make(
        _ part: Part, _ numbers: Range<Int>, _ maker: ObjectMaker, _ totals: ObjectTotals, onFailure: (Int) -> Void
    ) -> ObjectCounts {
        var counts = ObjectCounts()
        for number in numbers where !maker.worker.isStopped {
            switch part {
            case .directories(let names, let share): maker.make(names, number * share.count + share.index, &counts)
            case .objects(let objects): maker.make(objects, objects.index(ofPortion: number), &counts)
            }
            if counts.failed > 0 {
                counts.failed = 0
                onFailure(number)
            } else if case .objects = part {
                totals.tell(done: 1)
            }
        }
        return counts
    }

    private func waitAfter(_ control: CrewControl) {
        _ = Pause.until(SystemClock.now + work.delayAfter, unless: { control.isStopped })
    }
}
