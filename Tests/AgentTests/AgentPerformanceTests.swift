import Agent
import Carriers
import Coordination
import Foundation
import Link
import Measurement
import Plans
import TestKit
import Testing
import Vocabulary

@Suite struct AgentPerformanceTests {
    private static let run: RunID = {
        guard let run = RunID("20261125-080000-agent-0000") else { preconditionFailure("a run id") }
        return run
    }()

    /// An agent and the link of a controller that the test plays.
    private func withAgent(
        lease: Duration, _ body: @escaping @Sendable (ControllerLink, URL) async throws -> Void
    ) async throws -> ExitReason {
        try await withTemporaryFolder { folder in
            let identity = LinkIdentity(run: Self.run, agent: AgentID(number: 1), token: Secret("0123456789abcdef"))
            let exchange = MemoryExchange()
            let results = folder.appendingPathComponent("results")
            try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
            let agent = try AgentPerformance(
                run: Self.run, agent: AgentID(number: 1), lease: lease, link: AgentLink(identity, build: "test"),
                resultsPath: results.path, travel: { try await $0.run(admittingAt: exchange) { _ in } })
            let controller = ControllerLink(identity, build: "test")
            return try await withThrowingTaskGroup(of: ExitReason?.self) { group in
                group.addTask {
                    let reason = await agent.run()
                    // A body that still waits for the agent ends with an error.
                    controller.close()
                    return reason
                }
                group.addTask {
                    try? await controller.run(dialling: exchange)
                    return nil
                }
                try await body(controller, folder)
                while let ended = try await group.next() {
                    if let reason = ended {
                        group.cancelAll()
                        return reason
                    }
                }
                return .ordered
            }
        }
    }

    private func plan(_ folder: URL, duration: Duration) -> AgentPlan {
        let data = "file://\(folder.path)/data/"
        var plan = AgentPlan(
            id: AgentID(number: 1), number: 1, reach: .local,
            stages: [
                AgentStage(
                    order: StageOrder(1), name: "load", type: .execute, timeout: .seconds(300),
                    work: .load(
                        LoadWork(
                            duration: duration, workers: 1,
                            operations: [LoadOperation(kind: .put, uri: data, weight: 1, sizes: .fixed(ByteCount(100)))], seed: 1)))
            ])
        plan.ledgerDirectory = folder.path + "/ledger"
        return plan
    }

    private static let rules = AgentRules(lease: .seconds(5), heartbeatInterval: .milliseconds(100), refresh: .milliseconds(100))

    private func report(_ link: ControllerLink, where matches: (Report) -> Bool) async throws -> Report {
        while let event = await link.next() {
            if case .received(let report, _) = event, matches(report) { return report }
        }
        throw LinkError.closed
    }

    @Test("An agent that hears nothing for its lease ends its load, saves its results and goes")
    func leaseEnds() async throws {
        let reason = try await withAgent(lease: .seconds(5)) { link, folder in
            try await link.send(.assign(self.plan(folder, duration: .seconds(600)), agentCount: 1, rules: Self.rules))
            _ = try await self.report(link) { if case .ready = $0 { true } else { false } }
            try await link.send(.begin(StageOrder(1), epoch: 1, at: nil))
            _ = try await self.report(link) { if case .began = $0 { true } else { false } }
            // Silence from here on: the load would go on for ten minutes.
            try await eventually("its statistics are saved") {
                let saved = try? Data(contentsOf: folder.appendingPathComponent("results/stages.bin"))
                return (saved?.count ?? 0) > 0
            }
        }
        #expect(reason == .leaseEnded)
    }

    @Test(
        "Pings renew the lease: the load goes on until it is stopped, which is acknowledged, and the results come when they are asked for")
    func pingsRenew() async throws {
        var rules = Self.rules
        rules.lease = .seconds(4)
        let reason = try await withAgent(lease: rules.lease) { [rules] link, folder in
            try await link.send(.assign(self.plan(folder, duration: .seconds(600)), agentCount: 1, rules: rules))
            _ = try await self.report(link) { if case .ready = $0 { true } else { false } }
            try await link.send(.begin(StageOrder(1), epoch: 1, at: nil))
            let begun = SystemClock.now
            var id: UInt64 = 0
            while SystemClock.now - begun < rules.lease * 1.5 {
                id += 1
                try await link.send(.ping(id: id, sentAt: SystemClock.now))
                _ = try await self.report(link) { if case .pong(id, _, _, _) = $0 { true } else { false } }
                _ = try await self.report(link) { if case .interval = $0 { true } else { false } }
            }
            try await link.send(.stop(why: "enough"))
            guard
                case .arrived(StageOrder(1), 1, .stopped, let counted) = try await self.report(
                    link, where: { if case .arrived = $0 { true } else { false } })
            else { throw LinkError.closed }
            #expect(counted.table.total(of: OperationKind.put).count > 0)
            _ = try await self.report(link) { $0 == .stopped }
            try await link.send(.collect())
            var files: Set<String> = []
            while true {
                let piece = try await self.report(link) {
                    if case .file = $0 { true } else if case .resultsEnd = $0 { true } else { false }
                }
                if case .file(let piece) = piece, piece.isLast { files.insert(piece.path) }
                if case .resultsEnd(let count, _, _) = piece {
                    #expect(count == files.count)
                    break
                }
            }
            #expect(files.isSuperset(of: ["agent.log", "intervals.bin", "ledger.json", "stages.bin", "results.tsv"]))
            try await link.send(.leave(discard: true))
            _ = try await self.report(link) { if case .leaving = $0 { true } else { false } }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/ledger").isEmpty)
        }
        #expect(reason == .ordered)
    }

    @Test("A stage that is not in its plan fails, and the agent stays")
    func unknownStage() async throws {
        _ = try await withAgent(lease: .seconds(20)) { link, folder in
            try await link.send(.assign(self.plan(folder, duration: .seconds(1)), agentCount: 1, rules: Self.rules))
            _ = try await self.report(link) { if case .ready = $0 { true } else { false } }
            try await link.send(.begin(StageOrder(9), epoch: 1, at: nil))
            guard
                case .arrived(StageOrder(9), 1, .failed, _) = try await self.report(
                    link, where: { if case .arrived = $0 { true } else { false } })
            else { throw LinkError.closed }
            try await link.send(.leave(discard: false))
        }
    }

    @Test("Results that are asked for again come again, behind the number of what was asked for")
    func collectsAgain() async throws {
        _ = try await withAgent(lease: .seconds(20)) { link, folder in
            try await link.send(.assign(self.plan(folder, duration: .seconds(1)), agentCount: 1, rules: Self.rules))
            _ = try await self.report(link) { if case .ready = $0 { true } else { false } }
            for pass in [UInt64(7), 9] {
                try await link.send(.collect(pass: pass))
                _ = try await self.report(link) { $0 == .resultsBegin(pass: pass) }
                let end = try await self.report(link) { if case .resultsEnd = $0 { true } else { false } }
                guard case .resultsEnd(let files, _, _) = end else { throw LinkError.closed }
                #expect(files > 0)
            }
            try await link.send(.leave(discard: false))
        }
    }
}
