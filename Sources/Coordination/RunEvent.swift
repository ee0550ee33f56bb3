import Vocabulary

/// What the controller tells the machine: what it saw, never what it asked for.
///
/// Every event that names an agent and comes from its link counts as a sign of life of that agent.
package enum RunEvent: Hashable, Sendable {
    /// It was not deployed or never linked; `mayRun` where something of it may have been started nevertheless.
    case unreachable(AgentID, why: String, mayRun: Bool)
    /// Its hello was accepted for the first time.
    case linked(AgentID)
    case ready(AgentID)
    case notReady(AgentID, problems: [String])
    /// Any message: it lives. `progress` is operations + bytes of its present stage, where the message carries it.
    case signal(AgentID, progress: UInt64?)
    case answered(AgentID, query: UInt32)
    case began(AgentID, StageOrder, epoch: UInt32)
    case arrived(AgentID, StageOrder, epoch: UInt32, StageOutcome)
    /// The stage's load has come to what it was for: its throughput has settled.
    case enough(StageOrder, epoch: UInt32)
    /// It acknowledges the stop: its load has ended.
    case stopped(AgentID)
    /// A supervisor or an SSH check says that its process is gone: loss at once.
    case gone(AgentID, why: String)
    /// Collection has ended; `complete` only where every file is home and verified.
    case collected(AgentID, complete: Bool, note: String)
    /// Withdrawal has ended; `proven` only where its processes were seen to be gone.
    case withdrawn(AgentID, proven: Bool, note: String)
    /// It was started by hand, nothing of its load runs, and it stays to hand over its results: withdrawal comes later.
    case stays(AgentID)
    /// The first Ctrl-C, `muster stop` or SIGTERM.
    case interrupted(why: String)
    case interruptedAgain
    /// The moment asked for with `RunAction.wake` has come; earlier or more often does no harm.
    case tick

    /// The agent whose link brought it.
    var sender: AgentID? {
        switch self {
        case .linked(let id), .ready(let id), .notReady(let id, _), .signal(let id, _), .answered(let id, _),
            .began(let id, _, _), .arrived(let id, _, _, _), .stopped(let id):
            id
        case .unreachable, .gone, .collected, .withdrawn, .stays, .enough, .interrupted, .interruptedAgain, .tick: nil
        }
    }
}
