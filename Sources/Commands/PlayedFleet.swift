import ArgumentParser
import Controller
import Coordination
import Deployment
import Plans
import Results
import Vocabulary

/// The agents that `muster bench play` plays, and a run of the real controller with them: with event log, record and display, over TCP.
struct PlayedFleet {
    let ports: [Int]
    /// Each begins for all together, when the barrier of the one before has opened.
    var stages = 1
    /// Length of a stage, as `bench play` was told.
    var seconds: Double

    /// `file`: what `bench play` wrote.
    init(ports file: String, stages: Int = 1, seconds: Double) throws {
        guard let text = try readFile(file) else { throw ValidationError("there is no \(file)") }
        ports = String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
        guard !ports.isEmpty else { throw ValidationError("no ports in \(file)") }
        self.stages = stages
        self.seconds = seconds
    }

    /// Performs the run to its end; throws its exit code where that is not 0.
    func perform(under results: String, show: @escaping @Sendable (Event, RunRecord) -> Void) async throws -> RunRecord {
        guard let id = RunID("20260101-000000-bench-0000") else { preconditionFailure("a valid run id") }
        let plan = plan
        let folder = try RunFolder.create(under: results, name: "bench")
        let surroundings = RunSurroundings(run: id, policy: plan.policy, connector: NoHosts())
        let run = try LiveRun(plan: plan, options: RunOptions(), surroundings: surroundings, folder: folder, show: show)
        guard let verdict = await run.perform(interruptions: AsyncStream { _ in }) else {
            preconditionFailure("a run that goes its whole way has a verdict")
        }
        guard verdict.exitCode == 0 else {
            Console.error("\(folder.path): \(verdict.outcome), exit \(verdict.exitCode)")
            throw ExitCode(verdict.exitCode)
        }
        return await run.record
    }

    private var plan: Plan {
        let timeout = Duration.seconds(seconds + 120)
        let orders = (1...stages).map { StageOrder($0) }
        let agents = ports.enumerated().map { index, port in
            AgentPlan(
                id: AgentID(number: index + 1), number: index + 1, reach: .listen(host: HostName("127.0.0.1"), port: port),
                stages: orders.map { AgentStage(order: $0, name: "execute-\($0)", type: .execute, timeout: timeout, work: .validation) })
        }
        var policy = RunPolicy()
        policy.liveness.heartbeatInterval = .seconds(1)
        policy.liveness.missedThreshold = 30
        let stages = orders.map {
            StagePlan(
                order: $0, name: "execute-\($0)", type: .execute, barrier: BarrierPolicy(), timeout: timeout,
                plannedDuration: .seconds(seconds))
        }
        return Plan(name: "bench", playbookPath: "bench", agents: agents, stages: stages, policy: policy)
    }
}

/// For runs whose agents were all started by somebody else.
private struct NoHosts: HostConnector {
    func connect(to reach: Reach) async throws -> any Host { throw DeploymentError.agentNotFound(searched: []) }
}
