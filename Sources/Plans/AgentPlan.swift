import Vocabulary

/// All that one agent is to do, with every URI, size, share and number of workers resolved for it.
package struct AgentPlan: Codable, Sendable, Equatable {
    package var id: AgentID
    /// From 1, in the playbook's order.
    package var number: Int
    package var reach: Reach
    /// Environment of the agent's process (global and its own, merged). Values may be secret: they are never logged.
    package var environment: [String: String]
    package var stages: [AgentStage]
    /// Directory on the agent's own disk for its ledger; nil: its run directory.
    package var ledgerDirectory: String?
    /// How often the ledger is made to last, while prepare works; zero: at its end only.
    package var ledgerInterval: Duration = .seconds(300)
    /// Longest time for one operation of prepare, load and cleanup.
    package var operationTimeout: Duration = .seconds(120)
    /// What relative paths are below, ending in `/`; nil where all are whole URIs.
    package var target: String?
    /// The agent's own folder between target and path, ending in `/`; empty where it works in the same place as others.
    package var folder: String = ""
    /// nil: `target` alone.
    package var endpoints: Endpoints?
    /// Absolute, or below the agent's results; with the agent's id in it. nil: no operation log.
    package var operationLog: String?
    /// nil: no time series is wanted.
    package var performanceLog: PerformanceLogPlan? = PerformanceLogPlan()
    package var processes = ProcessPlan()
    /// For containers alone.
    package var volumes: [VolumeMount] = []
    package var ports: [PublishedPort] = []

    package init(
        id: AgentID, number: Int, reach: Reach, environment: [String: String] = [:], stages: [AgentStage],
        ledgerDirectory: String? = nil
    ) {
        self.id = id
        self.number = number
        self.reach = reach
        self.environment = environment
        self.stages = stages
        self.ledgerDirectory = ledgerDirectory
    }
}

/// How the controller comes to an agent.
package enum Reach: Codable, Sendable, Equatable {
    /// A process of this machine, started by the controller.
    case local
    /// A process on a host that is reached over SSH and started by the controller.
    case ssh(SSHDestination)
    /// An agent that somebody started by hand with `muster-agent --listen`.
    case listen(host: HostName, port: Int)
}

/// One stage as one agent performs it.
package struct AgentStage: Codable, Sendable, Equatable {
    package var order: StageOrder
    package var name: String
    package var type: StageType
    package var timeout: Duration
    package var work: StageWork

    package init(order: StageOrder, name: String, type: StageType, timeout: Duration, work: StageWork) {
        self.order = order
        self.name = name
        self.type = type
        self.timeout = timeout
        self.work = work
    }
}

extension AgentStage {
    /// Whether its operations have intended beginnings.
    package var isOpenLoop: Bool {
        switch work {
        case .load(let work): work.rate != nil
        case .replay(let work): work.speed != nil
        case .validation, .prepare, .cleanup, .custom: false
        }
    }
}

package enum StageWork: Codable, Sendable, Equatable {
    /// Checks that every target of the later stages can be reached, read or written.
    case validation
    case prepare(PrepareWork)
    /// Execute and hybrid stages.
    case load(LoadWork)
    case cleanup(CleanupWork)
    case custom(CustomWork)
    case replay(ReplayWork)
}

/// Which of a set's objects an agent makes or deletes: those whose index mod `count` is `index`.
package struct Share: Codable, Sendable, Hashable {
    package var index: Int
    package var count: Int

    package init(index: Int, count: Int) {
        precondition(count >= 1 && (0..<count).contains(index), "a share is one of count parts")
        self.index = index
        self.count = count
    }

    package static let whole = Share(index: 0, count: 1)

    /// How many of `total` indices fall to this share.
    package func portion(of total: Int) -> Int { total / count + (index < total % count ? 1 : 0) }
}
