import Foundation
import Measurement
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("A network that is cut", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Network {
        @Test("For 5 s in the load and healed: exit 0, the agent's own counts are the controller's, nothing is counted twice")
        func cutAndHealed() async throws { try await onFleet(3, cutAndHeal) }

        private func cutAndHeal(_ fleet: Fleet, in folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "10s"
            playbook.lease = "30s"
            playbook.distributed += ["grpc_keepalive_interval: 1s", "grpc_keepalive_timeout: 1s"]
            // Longer than the cut: this is about a link that comes back, not about an agent that is lost.
            playbook.missedThreshold = 40
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 3)
            try await fleet.cut(2)
            let cutAt = try #require(started.events.last).elapsed
            try await eventually("5 s of the run") { (started.events.last?.elapsed ?? .zero) > cutAt + .seconds(5) }
            try await fleet.heal(2)
            let run = try await started.end(0)
            #expect(run.all("link_down").map { $0.kind.agent?.text } == ["h2"])
            #expect(run.all("relinked").map { $0.kind.agent?.text } == ["h2"])
            for host in 1...3 { try expectSameCounts(of: "h\(host)", run) }
            #expect(run.arrivals(at: TestPlaybook.load) == ["h1", "h2", "h3"])
            try await fleet.expectClean(1...3)
        }

        /// What the agent reported, what its own table says and what its intervals add up to are one number.
        private func expectSameCounts(of agent: String, _ run: EndedRun) throws {
            let shares = try HistogramFolder.read("\(run.folder.path)/histograms/03_execute.bin").filter { $0.agent.text == agent }
            try #require(shares.count == 1)
            let reported = shares[0].statistics.table
            let own = try run.rows("agents/\(agent)/results.tsv")
            for kind in [OperationKind.get, .put, .stat, .list] {
                #expect(Int(reported.total(of: kind).count) == own[kind.label]?.count, "\(agent) \(kind)")
            }
            let intervals = try AgentIntervals.read(run, agent).filter { $0.stage.number == TestPlaybook.load }
            #expect(intervals.map(\.index) == Array(0..<intervals.count))
            #expect(intervals.reduce(0) { $0 + $1.table.total.count } == reported.total.count)
        }
    }
}
