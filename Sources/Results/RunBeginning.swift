import Plans
import Vocabulary

/// What a run set out to do: the first event of every log.
package struct RunBeginning: Codable, Sendable, Equatable {
    package struct Agent: Codable, Sendable, Equatable {
        package var id: AgentID
        /// `local`, `bench@h1:22`, `listen h1:7761`: how it is reached, for people.
        package var reach: String
        /// nil where it is a process of this machine.
        package var host: HostName?

        package init(id: AgentID, reach: String, host: HostName?) {
            self.id = id
            self.reach = reach
            self.host = host
        }
    }

    package struct Stage: Codable, Sendable, Equatable {
        package var order: StageOrder
        package var name: String
        package var type: StageType
        package var barrier: BarrierType?
        package var optional: Bool
        package var plannedNanoseconds: Int64?
        package var expectedObjects: Int?

        package var plannedDuration: Duration? { plannedNanoseconds.map { .nanoseconds($0) } }

        package init(
            order: StageOrder, name: String, type: StageType, barrier: BarrierType? = nil, optional: Bool = false,
            plannedDuration: Duration? = nil, expectedObjects: Int? = nil
        ) {
            self.order = order
            self.name = name
            self.type = type
            self.barrier = barrier
            self.optional = optional
            plannedNanoseconds = plannedDuration?.wholeNanoseconds
            self.expectedObjects = expectedObjects
        }

        enum CodingKeys: String, CodingKey {
            case order, name, type, barrier, optional
            case plannedNanoseconds = "planned_ns"
            case expectedObjects = "expected_objects"
        }
    }

    package var run: RunID
    package var playbook: String
    package var agents: [Agent]
    package var stages: [Stage]

    package init(run: RunID, playbook: String, agents: [Agent], stages: [Stage]) {
        self.run = run
        self.playbook = playbook
        self.agents = agents
        self.stages = stages
    }

    /// The beginning of the run `run` of `plan`.
    package init(run: RunID, plan: Plan) {
        self.init(
            run: run, playbook: plan.playbookPath,
            agents: plan.agents.map { agent in
                let (reach, host) = Self.describe(agent.reach)
                return Agent(id: agent.id, reach: reach, host: host)
            },
            stages: plan.stages.map { stage in
                Stage(
                    order: stage.order, name: stage.name, type: stage.type, barrier: stage.barrier?.type, optional: stage.optional,
                    plannedDuration: stage.plannedDuration, expectedObjects: stage.expectedObjects)
            })
    }

    private static func describe(_ reach: Reach) -> (String, HostName?) {
        switch reach {
        case .local:
            return ("local", nil)
        case .ssh(let destination):
            let user = destination.user.map { "\($0)@" } ?? ""
            let port = destination.port.map { ":\($0)" } ?? ""
            return ("\(user)\(destination.host)\(port)", destination.host)
        case .listen(let host, let port):
            return ("listen \(host):\(port)", host)
        }
    }
}
