import Link
import Vocabulary

/// Everything that can happen to a run; each passes one function of `LiveRun`.
enum RunInward: Sendable {
    /// `receipt` is given once it has been dealt with.
    case session(AgentID, SessionEvent, Receipt?)
    /// Ctrl-C, SIGTERM, or a stop from another terminal. `now`: without waiting for results.
    case interrupted(why: String, now: Bool)
    /// Time to look again whether an agent that was to hand over its results can do so itself.
    case collectLater(AgentID, by: Moment)
    case tick
    /// Time to look whether the link over which this pass of results came is back.
    case fetchResults(AgentID, pass: UInt64)
    /// All participants of a stage began their load a moment ago.
    case allBegan(StageOrder)
    /// Time to show what the agents measured.
    case refresh
    /// Collection has ended, over whichever way.
    case collected(AgentID, complete: Bool, why: String)
    case withdrawn(AgentID, proven: Bool, why: String)
    /// It was started by hand and stays until its results are home: nothing of its load runs.
    case idle(AgentID)
    /// Somebody came to the door that is none of the run's agents.
    case stranger(why: String)
    /// Nobody can dial back any more.
    case doorClosed(why: String)
}

/// What a person asked for beside the playbook.
package struct RunOptions: Sendable {
    package var skipUnreachable = false
    /// Nothing begins: once the agents are ready they are left to another controller.
    package var onlyDeploys = false
    /// Length of the intervals in which agents report and the display is drawn anew.
    package var refresh: Duration = .seconds(1)
    /// Takes each line of an agent's log as it comes.
    package var logLine: @Sendable (AgentID, LogLine) -> Void = { _, _ in }
    /// Asked at the end: lines of the console's log that could not be written.
    package var lostLines: @Sendable () -> Int = { 0 }

    package init() {}
}
