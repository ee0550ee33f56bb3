import Measurement
import Plans
import Storage
import Vocabulary

/// Makes this agent's part of the objects and directories that a playbook asks for; what is there with the right size stays.
struct PrepareStage {
    let context: StageContext
    let work: PrepareWork

    /// Something that workers go through by number.
    private enum Part: Sendable {
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
        let queues = parts.map { ObjectQueue(count: $0.count, workers: work.workers) }
        let ledger = context.ledger
        let result = context.crew(workers: work.workers, control: control).run(startAt: startAt) { worker in
            let maker = ObjectMaker(worker: worker, work: work)
            return { _ in
                for place in Self.order(parts, work.strategy, worker.number) {
                    while !worker.isStopped, let numbers = queues[place].take() {
                        totals.add(Self.make(parts[place], numbers, maker))
                        ledger.add(directories: maker.takeMadeDirectories())
                    }
                }
            }
        }
        let counts = totals.counts
        if counts.made > 0, !control.isStopped { waitAfter(control) }
        let wanted = parts.reduce(0) { $0 + $1.count }
        let failure = counts.failed > 0 ? "\(counts.failed) of \(wanted) objects and directories could not be made" : nil
        return context.outcome(of: result, control: control, objects: counts, failure: failure)
    }

    private func plannedParts() -> [Part] {
        let trees = work.trees.compactMap { tree in tree.directoryShare.map { Part.directories(TreeNames(tree), $0) } }
        let files = work.trees.map { Part.objects(PlannedObjects(filesOf: $0)) }
        return trees + files + work.sets.map { Part.objects(PlannedObjects($0)) }
    }

    /// The parts one after the other; `parallel`: each worker begins with another one.
    private static func order(_ parts: [Part], _ strategy: PrepareWork.Strategy, _ worker: Int) -> [Int] {
        guard strategy == .parallel, !parts.isEmpty else { return Array(parts.indices) }
        return parts.indices.map { ($0 + worker) % parts.count }
    }

    private static func make(_ part: Part, _ numbers: Range<Int>, _ maker: ObjectMaker) -> ObjectCounts {
        var counts = ObjectCounts()
        for number in numbers where !maker.worker.isStopped {
            switch part {
            case .directories(let names, let share): maker.make(names, number * share.count + share.index, &counts)
            case .objects(let objects): maker.make(objects, objects.index(ofPortion: number), &counts)
            }
        }
        return counts
    }

    private func waitAfter(_ control: CrewControl) {
        _ = Pause.until(SystemClock.now + work.delayAfter, unless: { control.isStopped })
    }
}
