import Plans
import Vocabulary

/// An agent that was started on a host.
package struct DeployedAgent: Sendable, Equatable {
    package var run: RunID
    package var agent: AgentID
    /// Absolute path of the run directory on the host.
    package var directory: String
    /// The supervisor: leader of the session in which everything of the agent runs.
    package var pid: Int32
    /// Hash of the agent executable; it names the cache folder.
    package var sha256: String
    /// The host had the agent already.
    package var wasCached: Bool
    /// Sent to the host: settings and what it had not in its cache.
    package var bytesSent: ByteCount
    package var facts: LaunchFacts
    /// Whose host handed the agent on; nil: it was sent from here, or was there.
    package var fedBy: AgentID?
    /// What its start could do only in part: a limit that the host cannot hold.
    package var warnings: [String] = []

    package init(
        run: RunID, agent: AgentID, directory: String, pid: Int32, sha256: String, wasCached: Bool, bytesSent: ByteCount,
        facts: LaunchFacts
    ) {
        self.run = run
        self.agent = agent
        self.directory = directory
        self.pid = pid
        self.sha256 = sha256
        self.wasCached = wasCached
        self.bytesSent = bytesSent
        self.facts = facts
    }

    /// An agent whose launch broke off: known by its names alone, which is enough to look for it and to remove what it left.
    package init(unconfirmed agent: AgentID, of run: RunID) {
        self.init(
            run: run, agent: agent, directory: "", pid: 0, sha256: "", wasCached: false, bytesSent: .zero, facts: LaunchFacts())
    }

    /// The unix socket on which the agent listens with `return_channel: tunnel`.
    package var socketPath: String { directory + "/link.sock" }
}

/// What a launch learns of its host on the way.
package struct LaunchFacts: Sendable, Equatable {
    /// `uname -m`.
    package var architecture: String = ""
    /// `uname -r`.
    package var kernel: String = ""
    package var home: String = ""
    /// Free space of the file system that holds the home directory; nil where `df` did not tell.
    package var freeSpace: ByteCount?
    /// The host's wall clock in whole seconds since 1970; a hint, for clocks that are grossly wrong.
    package var clockSeconds: Int64?

    package init() {}
}

/// Whether an agent is gone, and how we know.
package enum Withdrawal: Sendable, Equatable {
    /// The host was searched and nothing of the agent was found.
    case seenGone(How)
    /// It was not shown that nothing is left.
    case notProven(why: String)

    package enum How: String, Sendable {
        /// It was gone before we asked.
        case alreadyGone = "already"
        /// It went when asked.
        case terminated
        /// It had to be killed.
        case killed
    }

    package var isProven: Bool { if case .seenGone = self { true } else { false } }
}

/// What a look at the host says of an agent.
package struct AgentCheck: Sendable, Equatable {
    /// Its process exists and is no zombie.
    package var isAlive: Bool
    /// What the supervisor wrote when the agent had ended, `signal=9 reason=ended …`; nil before.
    package var ending: String?

    package init(isAlive: Bool, ending: String?) {
        self.isAlive = isAlive
        self.ending = ending
    }
}

/// A run directory found on a host.
package struct Leftover: Sendable, Equatable {
    package var run: RunID
    package var agent: AgentID
    /// Absolute path on the host.
    package var directory: String
    /// A process of it exists, or it is being launched right now.
    package var isAlive: Bool
    /// The supervisor's, where it ever ran.
    package var pid: Int32?
    /// Since the directory was last changed.
    package var age: Duration
    package var size: ByteCount

    package init(run: RunID, agent: AgentID, directory: String, isAlive: Bool, pid: Int32?, age: Duration, size: ByteCount) {
        self.run = run
        self.agent = agent
        self.directory = directory
        self.isAlive = isAlive
        self.pid = pid
        self.age = age
        self.size = size
    }
}

/// What `Deployer.clean` did on one host.
package struct CleanReport: Sendable, Equatable {
    package struct Entry: Sendable, Hashable, CustomStringConvertible {
        package var run: RunID
        package var agent: AgentID

        package init(run: RunID, agent: AgentID) {
            self.run = run
            self.agent = agent
        }

        package var description: String { "\(run)/\(agent)" }
    }

    /// Run directories that are gone.
    package var removed: [Entry] = []
    /// Of these, the ones whose processes had to be ended first; they were seen to be gone.
    package var ended: [Entry] = []
    /// Alive and left alone.
    package var keptAlive: [Entry] = []
    /// Could not be ended or removed, with the host's reason.
    package var failed: [String] = []
    /// The cache of agents is gone.
    package var cacheRemoved: Bool = false

    package init() {}
}
