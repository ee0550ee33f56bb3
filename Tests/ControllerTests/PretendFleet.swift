import Agent
import Carriers
import Controller
import Coordination
import Deployment
import Foundation
import Link
import Plans
import Results
import TestKit
import Vocabulary

/// Real agents in this process, listening on loopback, and a run that dials them: everything between playbook and host but SSH.
struct PretendFleet {
    let folder: URL
    let run: RunID
    let plan: Plan

    /// Performs the plan and returns what came of it.
    func perform(interruptions: AsyncStream<Void> = AsyncStream { _ in }) async throws -> (
        verdict: RunVerdict, record: RunRecord, results: RunFolder
    ) {
        let results = try RunFolder.create(under: folder.path, name: "test")
        var options = RunOptions()
        options.refresh = .milliseconds(200)
        let surroundings = RunSurroundings(run: run, policy: plan.policy, connector: NoHosts())
        let watch = RecordWatch(results)
        let live = try LiveRun(plan: plan, options: options, surroundings: surroundings, folder: results) { watch.see($0, $1) }
        guard let verdict = await live.perform(interruptions: interruptions) else {
            preconditionFailure("a run that goes its whole way has a verdict")
        }
        try watch.expectReplay(of: results)
        return (verdict, await live.record, results)
    }
}

/// Lends agents that perform what `stages` says of each, numbered from 1; they have ended when this returns.
func withPretendFleet<T: Sendable>(
    _ count: Int, stages: [StagePlan], work: @escaping (_ agent: Int, _ data: String) -> [AgentStage],
    policy: RunPolicy = .quick, _ body: @escaping @Sendable (PretendFleet) async throws -> T
) async throws -> T {
    try await withTemporaryFolder { folder in
        guard let run = RunID("20261125-080000-test-\(UUID().uuidString.prefix(4).lowercased())") else { preconditionFailure("a run id") }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            var agents: [AgentPlan] = []
            for number in 1...count {
                let listener = try await Listener.bind(.tcp(host: "127.0.0.1", port: 0, .none))
                let id = AgentID(number: number)
                let data = "file://\(folder.path)/data-\(number)/"
                agents.append(
                    AgentPlan(
                        id: id, number: number, reach: .listen(host: HostName("127.0.0.1"), port: listener.port ?? 0),
                        stages: work(number, data)))
                let results = folder.appendingPathComponent("agent-\(number)").path
                try FileManager.default.createDirectory(atPath: results, withIntermediateDirectories: true)
                let link = AgentLink(LinkIdentity(run: run, agent: id, token: Secret("insecure")), build: "test")
                let agent = try AgentPerformance(
                    run: run, agent: id, lease: policy.lease, link: link, resultsPath: results,
                    travel: { try await $0.run(admittingAt: listener) { _ in } })
                group.addTask { _ = await agent.run() }
            }
            let plan = Plan(name: "test", playbookPath: "test.yaml", agents: agents, stages: stages, policy: policy)
            let value = try await body(PretendFleet(folder: folder, run: run, plan: plan))
            try await group.waitForAll()
            return value
        }
    }
}

extension RunPolicy {
    /// Bounds that a test can wait for.
    static var quick: RunPolicy {
        var policy = RunPolicy()
        policy.lease = .seconds(20)
        policy.startDelay = .milliseconds(100)
        return policy
    }
}

/// For runs whose agents were all started by hand.
private struct NoHosts: HostConnector {
    func connect(to reach: Reach) async throws -> any Deployment.Host {
        throw DeploymentError.agentNotFound(searched: [])
    }
}
