import Vocabulary

/// A playbook checked and resolved: nothing in it can be wrong, and nothing in it needs the playbook any more.
///
/// `Playbooks` makes it; `Controller` carries it out; each agent is sent its own `AgentPlan` and nothing else.
package struct Plan: Codable, Sendable, Equatable {
    /// The playbook's name without folder and ending, reduced to `A–Z a–z 0–9 . _ -`: part of the run's id and directory.
    package var name: String
    /// The playbook's path as it was given.
    package var playbookPath: String
    /// At least one; ids and numbers are unique.
    package var agents: [AgentPlan]
    /// At least one, ascending by `order`.
    package var stages: [StagePlan]
    package var policy: RunPolicy
    package var deployment: DeploymentPlan
    /// The playbook's text with secrets masked: `config.yaml` of the results.
    package var maskedPlaybook: String
    package var storage = StorageSharing()
    /// nil: no time series of the run is wanted.
    package var performanceLog: PerformanceLogPlan? = PerformanceLogPlan()
    /// What the playbook asks for and this build does not carry out, by name. Whoever performs a plan refuses one that has any.
    package var notCarriedOut: [Problem] = []

    package init(
        name: String, playbookPath: String, agents: [AgentPlan], stages: [StagePlan], policy: RunPolicy = RunPolicy(),
        deployment: DeploymentPlan = DeploymentPlan(), maskedPlaybook: String = ""
    ) {
        self.name = name
        self.playbookPath = playbookPath
        self.agents = agents
        self.stages = stages
        self.policy = policy
        self.deployment = deployment
        self.maskedPlaybook = maskedPlaybook
    }
}

/// How the run as a whole is held together.
package struct RunPolicy: Codable, Sendable, Equatable {
    package enum OnAgentLoss: String, Codable, Sendable { case abort, `continue` }

    /// Silence after which an agent ends its load, saves its results and exits.
    package var lease: Duration = .seconds(60)
    /// From the link's coming up to READY.
    package var agentReadyTimeout: Duration = .seconds(120)
    /// Stands before the first stage that begins together.
    package var startDelay: Duration = .seconds(2)
    /// Fewer agents than this abort the run.
    package var minimumAgents: Int = 1
    /// For stages without a barrier.
    package var onAgentLoss: OnAgentLoss = .abort
    /// The link's own keep-alive: a ping after this much silence, and the answer's deadline.
    package var keepAliveInterval: Duration = .seconds(30)
    package var keepAliveTimeout: Duration = .seconds(10)
    /// Liveness while an agent works in a stage without a barrier of its own.
    package var liveness = LivenessPolicy()
    /// Cleanup stages run even after a broken stage, unless this says no (`--no-cleanup`).
    package var cleanupAfterBreak: Bool = true

    package init() {}
}

/// When an agent counts as lost: `missedThreshold` heartbeats in a row missed, then `queryRetries` + 1 queries unanswered.
package struct LivenessPolicy: Codable, Sendable, Hashable {
    package var heartbeatInterval: Duration = .seconds(30)
    package var missedThreshold: Int = 3
    package var queryTimeout: Duration = .seconds(10)
    package var queryRetries: Int = 2

    package init() {}

    /// The longest that an agent can be silent before it is lost.
    package var bound: Duration { heartbeatInterval * missedThreshold + queryTimeout * (queryRetries + 1) }
}

/// How the agents of one stage wait for each other at its end.
package struct BarrierPolicy: Codable, Sendable, Hashable {
    package var type: BarrierType = .allOrNothing
    package var liveness = LivenessPolicy()
    /// `agent_barrier_timeout`: the longest wait, counted from the first arrival.
    package var wait: Duration = .seconds(120)

    package init(type: BarrierType = .allOrNothing) { self.type = type }
}

/// A stage as the controller sees it: order, bounds and barrier. What is done in it stands in each `AgentPlan`.
package struct StagePlan: Codable, Sendable, Equatable {
    package var order: StageOrder
    package var name: String
    package var type: StageType
    /// nil: agents go on by themselves.
    package var barrier: BarrierPolicy?
    /// Bound of the stage on each agent.
    package var timeout: Duration
    /// Its failure is reported and does not fail the run.
    package var optional: Bool
    /// For the progress bar: the planned length (execute), or nil.
    package var plannedDuration: Duration?
    /// For the progress bar: objects expected over all agents, or nil.
    package var expectedObjects: Int?
    /// Ends the load before its duration when the cluster's throughput has settled; nil: nothing does.
    package var steadyState: SteadyStatePolicy?

    package init(
        order: StageOrder, name: String, type: StageType, barrier: BarrierPolicy? = nil, timeout: Duration, optional: Bool = false,
        plannedDuration: Duration? = nil, expectedObjects: Int? = nil
    ) {
        self.order = order
        self.name = name
        self.type = type
        self.barrier = barrier
        self.timeout = timeout
        self.optional = optional
        self.plannedDuration = plannedDuration
        self.expectedObjects = expectedObjects
    }

    /// Whether its agents begin at one ordered moment: where load is measured.
    package var beginsTogether: Bool { type == .execute || type == .hybrid }
}
