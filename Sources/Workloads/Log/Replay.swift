import Measurement
import Plans
import Storage
import Vocabulary

/// Does again what an operation log says, at the same distances in time or faster, and tells how long it took then and now.
///
/// Operations begin at their moments whatever became of those before, as long as a worker is free; how late they were is measured.
package struct Replay {
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
        /// `corrected`: from the moments at which they were to begin.
        package var now: OperationStatistics
        package var trace: OperationStatistics
    }

    package struct Outcome: Sendable {
        package var kinds: [Comparison]
        package var duration: Duration
        package var measure: ReplayMeasure
        package var notes: [String]
        /// Why it ended before the trace did.
        package var failure: String?

        package init(now: StatisticsTable, _ measure: ReplayMeasure, duration: Duration, notes: [String] = [], failure: String? = nil) {
            kinds = OperationKind.allCases.compactMap { kind in
                let (done, before) = (now.total(of: kind), measure.trace.total(of: kind))
                return done.isEmpty && before.isEmpty ? nil : Comparison(kind: kind, now: done, trace: before)
            }
            self.duration = duration
            self.measure = measure
            self.notes = notes
            self.failure = failure
        }

        /// From the first operation's beginning in the trace to the last's.
        package var traceDuration: Duration { .nanoseconds(measure.latest - measure.first) }
    }

    /// What a log holds.
    package struct Extent: Sendable {
        package var operations: Int
        /// From the first operation's beginning to the last's.
        package var duration: Duration
    }

    let work: ReplayWork

    package init(_ work: ReplayWork) { self.work = work }

    /// Reads the whole log: whatever is wrong with it is known before anything is done.
    package func look() throws(Failure) -> Extent {
        var source = try ReplaySource(work.log, remaps: work.remaps)
        var operations = 0
        var (first, latest) = (Int64.max, Int64.min)
        while let operation = try source.next() {
            operations += 1
            (first, latest) = (min(first, operation.start), max(latest, operation.start))
        }
        return Extent(operations: operations, duration: operations > 0 ? .nanoseconds(latest - first) : .zero)
    }

    /// Replays to the end of the trace, to too many errors, or to a stop; blocks. `onInterval` hears each second's figures.
    package func run(
        stop: StopFlag, onInterval: @escaping @Sendable (IntervalStatistics) -> Void = { _ in }
    ) throws(Failure) -> Outcome {
        let control = CrewControl(stop: stop, errorLimit: work.maximumErrors)
        let crew = Crew(
            stage: StageOrder(1), workers: work.workers, control: control, bounds: Crew.Bounds(), interval: .seconds(1),
            board: ProgressBoard(), slowdown: 1, onInterval: onInterval)
        let (result, measure) = try play(with: crew, startAt: nil)
        var failure: String?
        if control.hasTooManyErrors {
            failure = "\(control.errorCount) errors, more than are allowed"
        } else if result.givenUp > 0 {
            failure = "\(result.givenUp) workers are still in an operation that does not end"
        } else if stop.isStopped {
            failure = "it was stopped"
        }
        return Outcome(
            now: result.table, measure, duration: result.end - result.begin,
            notes: control.notes + result.samples.samples.map { "\($0.count) × \($0.message)" }, failure: failure)
    }

    /// Has a crew replay its part of the trace.
    func play(with crew: Crew, startAt: Moment?) throws(Failure) -> (Crew.Result, ReplayMeasure) {
        var source = try ReplaySource(work.log, remaps: work.remaps)
        let first = try source.next()
        let trace = Trace(source, first, share: work.share)
        let speed = work.speed
        let result = crew.run(startAt: startAt) { worker in
            let player = ReplayWorker(worker, trace, speed)
            return { player.run(from: $0) }
        }
        if let failure = trace.failure { throw failure }
        return (result, trace.measure)
    }
}
