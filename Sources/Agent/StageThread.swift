import Coordination
import Glibc
import Link
import Measurement
import Vocabulary
import Workloads

/// One stage while it is performed: on a thread of its own, watched by a second one that tells when it has begun.
///
/// Both end with the stage; they speak only through `tell`.
final class StageThread: Sendable {
    let stage: StageOrder
    let epoch: UInt32
    private let performance: StagePerformance
    private let stop = StopFlag()

    init(performance: StagePerformance, stage: StageOrder, epoch: UInt32) {
        self.performance = performance
        self.stage = stage
        self.epoch = epoch
    }

    var progress: Progress {
        let progress = performance.progress
        return Progress(stage: stage, operations: progress.operations, bytes: progress.bytes)
    }

    /// What it has made so far, with what stages before it made.
    var ledger: PutLedger { performance.ledger }

    /// Ends the load; `stageEnded` follows.
    func end() { stop.stop() }

    /// Has the load be complete at this moment; nil: now.
    func complete(at moment: Moment?) { stop.finish(at: moment ?? SystemClock.now) }

    /// `waitsForLoad`: the stage has begun with its first operation, not with its thread.
    func start(at moment: Moment?, waitsForLoad: Bool, tell: @escaping @Sendable (AgentInward) -> Void) {
        let listener = StageListener(onInterval: { tell(.interval($0)) }, onLine: { tell(.line($0)) })
        startThread {
            if !waitsForLoad { tell(.stageBegan(self.stage, epoch: self.epoch, at: SystemClock.now, firstOperation: nil)) }
            let outcome = self.performance.run(startAt: moment, stop: self.stop, listener: listener)
            // A stage that was over before the watch looked has begun all the same.
            self.stop.stop()
            if waitsForLoad, let first = outcome.statistics.firstOperation { self.tellBegin(first, tell) }
            tell(.stageEnded(self.stage, epoch: self.epoch, outcome))
        }
        if waitsForLoad { startThread { self.watchForFirstOperation(tell) } }
    }

    private func watchForFirstOperation(_ tell: @Sendable (AgentInward) -> Void) {
        while !stop.isStopped {
            if let first = performance.progress.firstOperation { return tellBegin(first, tell) }
            usleep(10_000)
        }
    }

    private func tellBegin(_ first: Moment, _ tell: @Sendable (AgentInward) -> Void) {
        tell(.stageBegan(stage, epoch: epoch, at: first, firstOperation: first))
    }
}

/// Runs `body` on a new detached thread.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    let raw = Unmanaged.passRetained(Body(body)).toOpaque()
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { raw in
            guard let raw else { return nil }
            Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
            return nil
        }, raw)
    precondition(status == 0, "no thread could be started: error \(status)")
    pthread_detach(thread)
}
