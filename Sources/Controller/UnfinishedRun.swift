import Coordination
import Plans
import Results
import Vocabulary

/// A run whose controller is gone, in this process's hands.
package struct UnfinishedRun: Sendable {
    package let folder: RunFolder
    package let order: StandingOrder
    package let run: RunID
    let contents: EventLogContents
    package let key: Secret
    let lock: RunLock

    /// Takes the run of a folder in hand. Throws where another process has it, where it is over, and where it cannot be gone on with.
    package init(takingUp folder: RunFolder) throws {
        let control = folder.control
        guard control.exists else {
            throw ResultsError.notToTakeUp(path: folder.path, why: "it is over, or no run of this program's")
        }
        lock = try RunLock(control)
        self.folder = folder
        contents = try EventLogContents(path: folder.eventsPath)
        order = try StandingOrder.read(from: control)
        guard let run = RunRecord(events: contents.events).run, let key = try readFile(control.keyPath) else {
            throw ResultsError.notToTakeUp(path: folder.path, why: "its log or its key is missing")
        }
        self.run = run
        self.key = Secret(String(decoding: key, as: UTF8.self))
    }

    /// What its person asked for beside the playbook.
    package var options: RunOptions {
        var options = RunOptions()
        options.skipUnreachable = order.skipUnreachable
        options.refresh = .nanoseconds(order.refreshNanoseconds)
        return options
    }

    package var record: RunRecord { RunRecord(events: contents.events) }

    /// The port at which agents dial back; nil where they do not.
    package var port: Int? { record.controller?.port }

    /// All that its controllers decided and saw.
    var facts: [RunFact] { contents.events.compactMap { RunFact($0.kind) } }

    /// The moment of this process's clock at which the run began. In another boot than the last controller's the wall clock has to tell.
    func beginning(now: Moment, boot: String, utcNanoseconds: Int64 = SystemClock.utcNanoseconds) -> Moment {
        guard let last = contents.events.last, let controller = record.controller else { return now }
        if controller.boot == boot { return Moment(nanoseconds: controller.zero.wholeNanoseconds) }
        let passed = UTC.nanoseconds(of: last.utc).map { max(0, utcNanoseconds - $0) } ?? 0
        return now - last.elapsed - .nanoseconds(passed)
    }
}
