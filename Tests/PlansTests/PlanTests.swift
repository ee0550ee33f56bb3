import Foundation
import Plans
import Testing
import Vocabulary

@Suite struct PlanTests {
    @Test("shares of a set add up to the set, and differ by one object at most", arguments: [0, 1, 2, 7, 10, 1000, 99_999_999])
    func shares(total: Int) {
        for count in [1, 2, 3, 7, 64] {
            let portions = (0..<count).map { Share(index: $0, count: count).portion(of: total) }
            #expect(portions.reduce(0, +) == total)
            #expect((portions.max() ?? 0) - (portions.min() ?? 0) <= 1)
        }
    }

    @Test("an agent is lost after its missed heartbeats and unanswered questions")
    func bound() {
        #expect(LivenessPolicy().bound == .seconds(120))
        var liveness = LivenessPolicy()
        liveness.heartbeatInterval = .seconds(5)
        liveness.missedThreshold = 2
        liveness.queryTimeout = .seconds(1)
        liveness.queryRetries = 0
        #expect(liveness.bound == .seconds(11))
    }

    @Test("load begins together, everything else as it comes")
    func together() {
        let beginning = StageType.allCases.filter {
            StagePlan(order: StageOrder(1), name: "x", type: $0, timeout: .seconds(60)).beginsTogether
        }
        #expect(Set(beginning) == [.execute, .hybrid])
    }

    @Test("a plan survives being written and read")
    func coding() throws {
        let set = ObjectSet(
            base: "file:///d/", count: 3,
            sizes: .lognormal(mean: 4096, standardDeviation: 512, minimum: ByteCount(1), maximum: .mebibytes(1)),
            fill: .prand, dedupFactor: 2, compressFactor: 3, namePrefix: "deletable-", keyPrefixShards: 4, seed: .max,
            share: Share(index: 1, count: 2))
        let tree = DirectoryTree(
            base: "file:///t/", width: 2, depth: 3, filesPerDirectory: 4, distribution: .all, directoryMask: "d%d_w%d",
            sizes: .fixed(.zero),
            fill: .random, seed: 1, directoryShare: nil, fileShare: .whole)
        let put = LoadOperation(
            kind: .put, uri: "file:///d/x", weight: 0.5, sizes: .uniform(minimum: ByteCount(1), maximum: ByteCount(2)), concurrency: 3)
        let works: [StageWork] = [
            .validation,
            .prepare(PrepareWork(sets: [set], trees: [tree], strategy: .parallel, workers: 2, delayAfter: .milliseconds(1500))),
            .load(
                LoadWork(
                    duration: .seconds(10), taskLimit: 7, warmup: .seconds(1), workers: 2, operations: [put], knownSets: [set], seed: 9)),
            .cleanup(CleanupWork(sets: [set], trees: [tree], mode: .bestEffort, workers: 1)),
            .custom(CustomWork(command: "/bin/x", arguments: ["a b"])),
        ]
        let types: [StageType] = [.validation, .prepare, .execute, .cleanup, .custom]
        let stages = zip(1..., zip(types, works)).map { number, stage in
            AgentStage(order: StageOrder(number), name: "s\(number)", type: stage.0, timeout: .seconds(60), work: stage.1)
        }
        let reaches: [Reach] = [
            .local, .ssh(SSHDestination(host: HostName("h"), port: 2222, hostKeys: .acceptNew(knownHosts: "/k"))),
            .listen(host: HostName("h"), port: 1),
        ]
        var plan = Plan(
            name: "x", playbookPath: "x.yaml",
            agents: reaches.enumerated().map {
                AgentPlan(id: AgentID(number: $0 + 1), number: $0 + 1, reach: $1, environment: ["A": "b"], stages: stages)
            },
            stages: [
                StagePlan(
                    order: StageOrder(1), name: "s1", type: .validation, barrier: BarrierPolicy(type: .majority), timeout: .seconds(60))
            ])
        plan.policy.minimumAgents = 2
        plan.deployment.returnChannel = .direct
        let read = try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(plan))
        #expect(read == plan)
    }
}
