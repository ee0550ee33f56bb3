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
    private var measured: ReplayMeasure

    init(_ worker: Worker, _ trace: Replay.Trace, _ speed: Double?) {
        self.worker = worker
        self.trace = trace
        self.speed = speed
        measured = ReplayMeasure(first: trace.first)
    }

    func run(from start: Moment) {
        while !worker.isStopped, let (operation, number) = trace.next() {
            if let speed {
                let moment = start + .nanoseconds(Int64(Double(operation.start - trace.first) / speed))
                guard Pause.until(moment, unless: { worker.isStopped }) else { break }
                worker.intended = moment.nanoseconds
            }
            perform(operation, number)
        }
        trace.add(measured)
    }

    private func perform(_ operation: TraceOperation, _ number: UInt64) {
        uri.set(Array(operation.uri.utf8))
        if speed != nil { measured.lateness.record(nanoseconds: max(0, SystemClock.now.nanoseconds - worker.intended)) }
        do throws(StorageError) {
            act(operation, number, try targets.target(for: operation.uri))
        } catch {
            worker.fail(operation.kind, error)
        }
        measured.latest = max(measured.latest, operation.start)
        if !operation.succeeded {
            measured.trace.recordError(operation.kind)
        } else if let taken = operation.nanoseconds {
            measured.trace.record(operation.kind, size: operation.bytes, nanoseconds: taken, bytes: UInt64(max(0, operation.bytes)))
        }
    }

    private func act(_ operation: TraceOperation, _ number: UInt64, _ target: any StorageTarget) {
        switch operation.kind {
        case .put:
            data.begin(size: operation.bytes, fill: .random, seed: 0x7265_706c_6179, index: number)
            worker.perform(.put, on: uri) { () throws(StorageError) in
                try target.put(uri, size: operation.bytes, body: data)
                return (operation.bytes, operation.bytes)
            }
        case .get:
            worker.perform(.get, on: uri) { () throws(StorageError) in
                let size = try target.get(uri)
                return (size, size)
            }
        case .stat, .list, .delete, .mkdir, .rmdir:
            worker.perform(operation.kind, on: uri) { () throws(StorageError) in
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
