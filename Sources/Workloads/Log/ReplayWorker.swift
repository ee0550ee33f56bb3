import Measurement
import Plans
import Storage
import Vocabulary

/// One worker of a replay: takes the next operation, waits for its moment, does it.
final class ReplayWorker {
    private let worker: Worker
    private let trace: Replay.Trace
    private let speed: Double?
    private let uri = ObjectURI()
    private let data = DataSource()
    private var targets = TargetShelf()
    private var measured = Replay.Trace.Measured()

    init(_ worker: Worker, _ trace: Replay.Trace, _ speed: Double?) {
        self.worker = worker
        self.trace = trace
        self.speed = speed
    }

    func run(from start: Moment) {
        while !worker.isStopped, let (operation, number) = trace.next() {
            var intended: Moment?
            if let speed {
                let moment = start + .nanoseconds(Int64(Double(operation.start - trace.first) / speed))
                guard Pause.until(moment, unless: { worker.isStopped }) else { break }
                intended = moment
            }
            perform(operation, number, intended)
        }
        trace.add(measured)
    }

    private func perform(_ operation: TraceOperation, _ number: UInt64, _ intended: Moment?) {
        uri.set(Array(operation.uri.utf8))
        let begun = SystemClock.now
        let error: StorageError?
        do throws(StorageError) {
            let target = try targets.target(for: operation.uri)
            error = act(operation, number, target)
        } catch let failure {
            worker.fail(operation.kind, failure)
            error = failure
        }
        measured.latest = max(measured.latest, operation.start)
        if operation.succeeded, let taken = operation.nanoseconds {
            measured.trace[operation.kind, default: LatencyHistogram()].record(nanoseconds: taken)
        }
        if !operation.succeeded { measured.traceErrors[operation.kind, default: 0] += 1 }
        guard let intended else { return }
        measured.lateness.record(nanoseconds: (begun - intended).wholeNanoseconds)
        if error == nil {
            measured.sinceIntended[operation.kind, default: LatencyHistogram()].record(nanoseconds: worker.latest - intended.nanoseconds)
        }
    }

    private func act(_ operation: TraceOperation, _ number: UInt64, _ target: any StorageTarget) -> StorageError? {
        switch operation.kind {
        case .put:
            data.begin(size: operation.bytes, fill: .random, seed: 0x7265_706c_6179, index: number)
            return worker.perform(.put) { () throws(StorageError) in
                try target.put(uri, size: operation.bytes, body: data)
                return (operation.bytes, operation.bytes)
            }
        case .get:
            return worker.perform(.get) { () throws(StorageError) in
                let size = try target.get(uri)
                return (size, size)
            }
        case .stat, .list, .delete, .mkdir, .rmdir:
            return worker.perform(operation.kind) { () throws(StorageError) in
                switch operation.kind {
                case .stat: _ = try target.stat(uri)
                case .list: _ = try target.list(uri) { _ in true }
                case .delete: try target.delete(uri)
                case .mkdir: try target.mkdir(uri)
                default: try target.rmdir(uri, recursive: false)
                }
                return (0, 0)
            }
        }
    }
}
