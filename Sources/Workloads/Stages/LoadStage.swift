import Measurement
import Plans
import Storage
import Vocabulary

/// Execute and hybrid stages: the mix of operations, by many workers, for a time or a number of operations.
struct LoadStage {
    let context: StageContext
    let work: LoadWork

    func run(startAt: Moment?) -> StageOutcome {
        let mix: LoadMix
        do {
            mix = try LoadMix(work, stage: context.stage.order, salt: context.salt, agent: context.agent)
        } catch {
            return context.failed("\(error)")
        }
        for line in mix.found { context.listener.onLine(line) }
        if let why = mix.emptiness { return context.failed(why) }
        let backoff = ErrorBackoff(work.errors, tell: context.listener.onLine)
        let control = CrewControl(stop: context.stop, errorLimit: work.errors.maximumTotalErrors, backoff: backoff)
        for note in mix.notes { control.note(note) }
        let log: OperationLogSession?
        do throws(OperationLog.Failure) {
            log = try context.surroundings.operationLog?.begin(stage: context.stage.order, workers: max(1, work.workers))
        } catch {
            return context.failed("\(error)")
        }
        log?.start()
        let result = run(mix, control, log, startAt)
        log?.end()
        if let trouble = log?.trouble { control.note(trouble) }
        var outcome = context.outcome(of: result, control: control)
        outcome.statistics.lostRecords = log?.lost ?? 0
        return outcome
    }

    private func run(_ mix: LoadMix, _ control: CrewControl, _ log: OperationLogSession?, _ startAt: Moment?) -> Crew.Result {
        let tickets = work.taskLimit.map { Tickets($0, workers: work.workers) }
        let bounds = Crew.Bounds(duration: work.duration, warmup: work.warmup, operationTimeout: work.operationTimeout)
        let names = (0..<max(1, work.workers)).map { mix.names(forWorker: $0) }
        for (step, place) in zip(mix.steps, mix.steps.indices) where step.operation.kind == .put || step.operation.kind == .mkdir {
            for worker in names {
                context.ledger.add(
                    worker[place], stage: context.stage.order, operation: step.operation.kind, uri: step.operation.uri)
            }
        }
        let (duration, ledger, routes, agent) = (work.duration, context.ledger, Routes(context.plan.endpoints), context.agent.index)
        let pacer = work.rate.map { Pacer(Schedule($0, seed: work.seed)) }
        var crew = context.crew(workers: work.workers, control: control, bounds: bounds)
        crew.log = log
        let result = crew.run(startAt: startAt) { worker in
            let load: LoadWorker
            do throws(StorageError) {
                load = try LoadWorker(mix: mix, worker: worker, made: names[worker.number], tickets: tickets)
                load.router = Router(routes, worker: worker, agent: agent, open: mix.open)
            } catch {
                return { _ in worker.fail(error.operation, error) }
            }
            return { start in
                let turns = pacer.map { Turns($0, start: start) }
                load.run(until: duration.map { (start + $0).nanoseconds } ?? .max, turns: turns)
                ledger.add(directories: load.takeMadeDirectories())
            }
        }
        if let duration, !control.isStopped, tickets == nil, let why = pacer?.shortfall(after: duration, workers: work.workers) {
            control.note(why)
        }
        return result
    }
}
