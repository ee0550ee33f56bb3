import Measurement
import Plans
import Storage
import Synchronization
import Vocabulary

/// Does again what an operation log says, at the same distances in time or faster, and tells how long it took then and now.
///
/// Operations begin at their moments whatever became of those before, as long as a worker is free; how late they were is measured.
package struct Replay {
    /// Names that begin with `from` begin with `to` instead; the first that fits holds.
    package struct Remap: Sendable {
        package var from: String
        package var to: String

        package init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    package struct Settings: Sendable {
        package var remaps: [Remap] = []
        /// How many times faster than the trace; nil: as fast as the storage answers.
        package var speed: Double? = 1
        package var workers = 64
        /// More errors end it.
        package var maximumErrors = 100

        package init() {}
    }

    package enum Failure: Error, CustomStringConvertible {
        case reading(LogLines.Failure)
        case notALog(path: String, line: Int, why: String)
        case notSorted(path: String, line: Int)

        package var description: String {
            switch self {
            case .reading(let why): "\(why)"
            case .notALog(let path, let line, let why):
                "\(path), line \(line): \(why)\n  fix: give an operation log, as op_log_path writes it"
            case .notSorted(let path, let line):
                "\(path), line \(line): begins more than a second before an earlier line\n  fix: muster sort \(path) -o sorted.tsv.zst"
            }
        }
    }

    /// One kind of operation, then and now.
    package struct Comparison: Sendable {
        package var kind: OperationKind
        package var now: OperationStatistics
        /// From the moments at which they were to begin.
        package var sinceIntended: LatencyHistogram
        /// Of the trace, where it says so; without its errors.
        package var trace: LatencyHistogram
        package var traceErrors: UInt64
    }

    package struct Outcome: Sendable {
        package var kinds: [Comparison]
        package var duration: Duration
        /// From the first operation's beginning in the trace to the last's.
        package var traceDuration: Duration
        /// How much later than intended operations began; nothing where there is no speed to keep.
        package var lateness: LatencyHistogram
        package var notes: [String]
        /// Why it ended before the trace did.
        package var failure: String?
    }

    private let path: String
    private let settings: Settings
    private let board = ProgressBoard()

    package init(_ path: String, settings: Settings) {
        self.path = path
        self.settings = settings
    }

    /// Replays to the end of the trace, to too many errors, or to a stop; blocks. `onInterval` hears each second's figures.
    package func run(
        stop: StopFlag, onInterval: @escaping @Sendable (IntervalStatistics) -> Void = { _ in }
    ) throws(Failure) -> Outcome {
        var source = try ReplaySource(path, remaps: settings.remaps)
        let first = try source.next()
        let trace = Trace(source, first)
        let control = CrewControl(stop: stop, errorLimit: settings.maximumErrors)
        let crew = Crew(
            stage: StageOrder(1), workers: settings.workers, control: control, bounds: Crew.Bounds(), interval: .seconds(1), board: board,
            slowdown: 1, onInterval: onInterval)
        let speed = settings.speed
        let result = crew.run(startAt: nil) { worker in
            let player = ReplayWorker(worker, trace, speed)
            return { player.run(from: $0) }
        }
        let measured = trace.measured
        if let failure = measured.failure { throw failure }
        let kinds = OperationKind.allCases.compactMap { kind -> Comparison? in
            let now = result.table.total(of: kind)
            guard !now.isEmpty else { return nil }
            return Comparison(
                kind: kind, now: now, sinceIntended: measured.sinceIntended[kind] ?? LatencyHistogram(),
                trace: measured.trace[kind] ?? LatencyHistogram(), traceErrors: measured.traceErrors[kind] ?? 0)
        }
        var outcome = Outcome(
            kinds: kinds, duration: result.end - result.begin, traceDuration: .nanoseconds(measured.latest - measured.first),
            lateness: measured.lateness, notes: control.notes + result.samples.samples.map { "\($0.count) × \($0.message)" }, failure: nil)
        if control.hasTooManyErrors {
            outcome.failure = "\(control.errorCount) errors, more than are allowed"
        } else if result.givenUp > 0 {
            outcome.failure = "\(result.givenUp) workers are still in an operation that does not end"
        } else if stop.isStopped {
            outcome.failure = "it was stopped"
        }
        return outcome
    }

    /// How far it is; from any thread.
    package var progress: StageProgress { board.progress }
}
