import Plans
import Playbooks
import Testing
import Vocabulary

/// A playbook that plans, to be changed in one place by a test.
let base = """
    target: "file:///data/"
    workload:
      - {op: get, path: "x/*", weight: 1}

    """

/// `base` with two agents in front: what a test writes goes on under `distributed`.
let fleet = """
    target: "file:///data/"
    workload:
      - {op: get, path: "x/*", weight: 1}
    distributed:
      agents:
        - {address: h1}
        - {address: h2}
      ssh: {enabled: true}
      stages:
        - {name: execute, order: 1, type: execute, duration: 30s}

    """

func read(_ text: String, options: PlaybookOptions = PlaybookOptions()) -> PlaybookReading {
    readPlaybook(path: "test.yaml", text: text, options: options)
}

/// The plan of a playbook that must be right.
func plan(_ text: String, options: PlaybookOptions = PlaybookOptions(), at place: SourceLocation = #_sourceLocation) throws -> Plan {
    let reading = read(text, options: options)
    return try #require(reading.plan, "\(reading.problems.map(\.description).joined(separator: "\n"))", sourceLocation: place)
}

func readPlaybookPlan(path: String) -> Plan? { readPlaybook(path: path, text: base).plan }

/// All problems as a person sees them.
func problems(_ text: String, options: PlaybookOptions = PlaybookOptions()) -> String {
    read(text, options: options).problems.map(\.description).joined(separator: "\n")
}

func errors(_ text: String, options: PlaybookOptions = PlaybookOptions()) -> [Problem] {
    read(text, options: options).problems.filter { $0.severity == .error }
}

extension Plan {
    func work(_ stage: String, of agent: Int = 1) throws -> StageWork {
        try #require(agents[agent - 1].stages.first { $0.name == stage }).work
    }

    func load(_ stage: String = "execute", of agent: Int = 1) throws -> LoadWork {
        guard case .load(let work) = try work(stage, of: agent) else { throw WrongWork() }
        return work
    }

    func prepare(_ stage: String = "prepare", of agent: Int = 1) throws -> PrepareWork {
        guard case .prepare(let work) = try work(stage, of: agent) else { throw WrongWork() }
        return work
    }

    func cleanup(_ stage: String = "cleanup", of agent: Int = 1) throws -> CleanupWork {
        guard case .cleanup(let work) = try work(stage, of: agent) else { throw WrongWork() }
        return work
    }

    func stage(_ name: String) throws -> StagePlan { try #require(stages.first { $0.name == name }) }
}

struct WrongWork: Error {}
