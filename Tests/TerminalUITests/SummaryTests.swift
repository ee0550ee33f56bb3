import Results
import Testing
import Vocabulary

@testable import TerminalUI

@Suite struct SummaryTests {
    private func shown(_ sample: Sample, directory: String? = "/tmp/muster-x") -> [String] {
        summary(sample.record, directory: directory, columns: 100, color: false)
    }

    @Test("the verdict stands first, then each agent, the totals, the proof and the directory")
    func degraded() {
        #expect(
            shown(.degraded()).joined(separator: "\n") == """
                DEGRADED 2/3 agents, 38.0s, exit 5
                  agent-3 was lost in execute

                agent-1 (bench@h1): completed
                  prepare: 30.0s, 9000 operations, 8.8 MiB, 300 ops/s, 0.3 MiB/s, 1 error
                  execute: 30.0s, 9000 operations, 8.8 MiB, 300 ops/s, 0.3 MiB/s, 1 error
                agent-2 (bench@h2): completed
                  prepare: 30.0s, 9000 operations, 8.8 MiB, 300 ops/s, 0.3 MiB/s, 1 error
                  execute: 30.0s, 9000 operations, 8.8 MiB, 300 ops/s, 0.3 MiB/s, 1 error
                agent-3 (bench@h3): lost at 22.5 s, 2026-11-25T04:30:34.500Z
                  prepare: 30.0s, 9000 operations, 8.8 MiB, 300 ops/s, 0.3 MiB/s, 1 error

                PARTIAL execute: 2 of 3 agents, 30.0s
                  GET: 19882 ops/s, 19.4 MiB/s (mean: 95µs, p50: 96µs, p95: 135µs, p99: 190µs)
                  PUT: 8541 ops/s, 16.7 MiB/s (mean: 102µs, p50: 98µs, p95: 136µs, p99: 210µs), 2 errors
                  start skew 84 µs (± 31 µs)
                Total of 2 stages: 45000 operations, 43.9 MiB, 5 errors
                Agents seen gone: 2 of 3
                Results: /tmp/muster-x
                """)
    }

    @Test("what is said of many agents is said once, and no more than a screen holds of it")
    func manyReasons() {
        let agents = (1...100).map {
            RunBeginning.Agent(id: AgentID(number: $0), reach: "bench@h\($0)", host: HostName("h\($0)"))
        }
        var sample = Sample()
        sample.add(
            .runBegan(RunBeginning(run: Sample.beginning.run, playbook: "p", agents: agents, stages: Sample.beginning.stages)), at: 0)
        var reasons = (1...100).map { "agent-\($0) could not be reached: h\($0): refused" }
        reasons += (1...20).map { "agent-\($0)'s results are not all home: reason \($0)" } + ["a file"]
        sample.add(.runEnded(outcome: .failed, exitCode: 4, reasons: reasons), at: 1)
        let lines = shown(sample)
        #expect(lines[1] == "  agent-[1-100] could not be reached: h[1-100]: refused")
        #expect(lines[2] == "  agent-1's results are not all home: reason 1")
        #expect(lines[1 + Summary.reasonLimit] == "  … and 6 reasons more: see STATUS.txt")
    }

    @Test("a run that has no verdict is not called anything else than unfinished")
    func unfinished() {
        #expect(shown(.executing(), directory: nil).first?.hasPrefix("UNFINISHED 0/3 agents") == true)
    }

    @Test("the path of the results is never broken, so that it can be copied")
    func path() {
        let path = "/tmp/" + String(repeating: "long name ", count: 20)
        #expect(summary(Sample.degraded().record, directory: path, columns: 40, color: false).last == "Results: \(path)")
    }

    @Test("of many agents only those with trouble have a block of their own")
    func manyAgents() {
        let agents = (1...100).map { RunBeginning.Agent(id: AgentID(number: $0), reach: "local", host: nil) }
        var sample = Sample()
        sample.add(
            .runBegan(RunBeginning(run: Sample.beginning.run, playbook: "p", agents: agents, stages: Sample.beginning.stages)), at: 0)
        sample.add(.stageOrdered(StageOrder(1)), at: 1)
        for agent in agents.dropFirst() { sample.add(.stageArrived(StageOrder(1), agent.id, Sample.arrival), at: 2) }
        sample.add(.agentLost(AgentID(number: 1), why: "silence"), at: 3)
        let lines = shown(sample)
        #expect(lines.contains { $0.hasPrefix("agent-1 (local): lost") })
        #expect(!lines.contains { $0.hasPrefix("agent-2 ") })
        #expect(lines.contains("… and 99 agents more: see STATUS.txt and agents/"))
    }
}
