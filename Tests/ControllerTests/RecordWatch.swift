import Results
import Synchronization
import Testing
import Vocabulary

/// Looks at every state of a run's record, and finds it going forward only; at the end the log says the same again.
///
/// Nor does the log ever end in the middle of a decision: another controller would not know how to go on.
final class RecordWatch: Sendable {
    private let last = Mutex(RunRecord())
    private let log: String

    init(_ folder: RunFolder) { log = folder.eventsPath }

    func see(_ event: Event, _ record: RunRecord) {
        let before = last.withLock { last in
            defer { last = record }
            return last
        }
        if let kind = (try? EventLog.read(log))?.last?.kind, Self.leadsOn(kind) {
            Issue.record("a log that ends with \(kind.name) lacks what follows from it")
        }
        if let what = Self.backwards(from: before, to: record) { Issue.record("event \(event.sequence) (\(event.kind.name)): \(what)") }
    }

    func expectReplay(of folder: RunFolder) throws {
        let record = last.withLock { $0 }
        #expect(RunRecord(events: try EventLog.read(folder.eventsPath)) == record, "the log tells the record")
    }

    /// Whether more always follows from what it tells.
    private static func leadsOn(_ kind: EventKind) -> Bool {
        switch kind {
        case .barrierOpened, .barrierBroke, .stageEnded, .runBroke: true
        default: false
        }
    }

    static func backwards(from old: RunRecord, to new: RunRecord) -> String? {
        if new.lastSequence != old.lastSequence + 1 || new.elapsed < old.elapsed { return "\(new.lastSequence) after \(old.lastSequence)" }
        if new.phase != old.phase, !old.phase.canAdvance(to: new.phase) { return "\(new.phase) after \(old.phase)" }
        if old.verdict != nil, new.verdict != old.verdict { return "another verdict" }
        for (old, new) in zip(old.agents, new.agents) {
            if old.state.isOut, new.state != old.state { return "\(new.id) is \(new.state) after \(old.state)" }
            if old.presence == .gone, new.presence != .gone { return "\(new.id) is back" }
            if old.collected?.complete == true, new.collected != old.collected { return "\(new.id)'s results were home" }
            if new.reconnects < old.reconnects { return "\(new.id) has fewer reconnects" }
        }
        for (old, new) in zip(old.stages, new.stages) {
            if old.endedAt != nil, new.state != old.state { return "\(new.name) is \(new.state) after \(old.state)" }
            if new.arrivals.count < old.arrivals.count || new.begun.count < old.begun.count { return "\(new.name) lost somebody" }
            if let was = old.latest, let now = new.latest, now.operationsDone < was.operationsDone || now.elapsed < was.elapsed {
                return "\(new.name) counts backwards"
            }
        }
        return nil
    }
}
