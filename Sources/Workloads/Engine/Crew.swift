import CLinux
import Measurement
import Vocabulary

/// The workers of one stage on this agent, and the sampler that cuts what they count into intervals.
///
/// `run` is the sampler: it blocks its thread. Intervals sum exactly to the stage's table, because both come from the same shards.
struct Crew {
    struct Bounds {
        /// From the start; nil: until the work is done.
        var duration: Duration?
        var warmup: Duration = .zero
        /// After a stop, workers that are still in an operation are given up.
        var grace: Duration = .milliseconds(1500)
        /// For one operation; beyond it is given up.
        var operationTimeout: Duration = .seconds(120)
    }

    struct Result {
        var begin: Moment
        var end: Moment
        var firstOperation: Moment?
        var table: StatisticsTable
        var samples: ErrorSamples
        /// What went to each endpoint.
        var endpoints: [OperationStatistics]
        var warmupOperations: UInt64
        /// Workers whose last operation never came back.
        var givenUp: Int
    }

    let stage: StageOrder
    let workers: Int
    let control: CrewControl
    let bounds: Bounds
    let interval: Duration
    let board: ProgressBoard
    let slowdown: Double
    /// How many the agent has.
    var endpoints = 0
    var log: OperationLogSession?
    var onInterval: @Sendable (IntervalStatistics) -> Void

    /// Starts the workers, each on a thread of its own, has them begin together at `startAt` (nil: now), and returns when all are done
    /// or given up. `body` is called once on each thread, before the start, and returns what to do from the start on.
    func run(startAt: Moment?, body: @escaping @Sendable (Worker) -> (Moment) -> Void) -> Result {
        let first = ShardInterval(index: 0, isWarmup: bounds.warmup > .zero)
        let crew = (0..<workers).map { number in
            Worker(
                number: number, control: control, slowdown: slowdown, first: first, log: log?.ring(number), endpoints: endpoints)
        }
        let start = startAt ?? SystemClock.now + .milliseconds(1)
        for worker in crew {
            let control = control
            let started = WorkerThread.start {
                let work = body(worker)
                muster_sleep_exactly()
                // One worker turns for all: more of them would take each other's processors at the moment that matters.
                if Pause.until(start, exactly: worker.number == 0, unless: { control.isStopped }) {
                    worker.begin(at: start.nanoseconds)
                    work(start)
                }
                worker.end()
            }
            if !started {
                control.note("worker \(worker.number) could not be started: the system has no more threads")
                worker.end()
            }
        }
        var sampler = Sampler(crew: self, workers: crew, start: start)
        return sampler.run()
    }
}
