import Foundation
import Results
import TerminalUI
import Testing
import Vocabulary

@Suite struct SteadyLinesTests {
    private func told(_ sample: Sample, progress: Bool = false) -> [String] {
        var steady = SteadyLines()
        var record = RunRecord()
        return sample.events.flatMap { event in
            record.apply(event)
            return steady.lines(for: event, record) + (progress ? steady.progress(for: event, record) : [])
        }
    }

    @Test("a whole run where there is no terminal, line by line")
    func whole() {
        #expect(
            told(.degraded(), progress: true).joined(separator: "\n") == """
                Run 20261125-043012-demo-00ff: demo.yaml, 3 agents, prepare → execute
                ⏳ Waiting for agents…
                  ✅ agent-1 ready (bench@h1, 24.0 MiB pushed)
                  ✅ agent-2 ready (bench@h2, cached)
                  ✅ agent-3 ready (bench@h3, cached)
                ✅ All 3 agents ready
                Stage 1/2 prepare (300 objects, barrier all_or_nothing)
                prepare [=======>              ] 120/300 objects, 90/s, 16.7 MiB/s, ETA 2s PUT 8541 ops/s 16.7 MiB/s p99 210µs
                ✅ prepare: 3 agents, 1.6s
                  PUT: 8541 ops/s, 16.7 MiB/s (mean: 102µs, p50: 98µs, p95: 136µs, p99: 210µs), 2 errors
                Stage 2/2 execute (30.0s, barrier majority)
                  start skew 84 µs (± 31 µs)
                execute [==============>                ] 15/30s GET 19882 ops/s 19.4 MiB/s p99 190µs · \
                PUT 8541 ops/s 16.7 MiB/s p99 210µs · STAT 9.0 ops/s p99 12µs
                  ⏳ agent-2 link down at 21.0s: connection reset
                  ❌ agent-3 lost at 22.5s: no heartbeat for 12 s (2026-11-25T04:30:34.500Z)
                  ✅ agent-2 link is back at 23.0s
                PARTIAL execute: 2 of 3 agents, 30.0s
                  GET: 19882 ops/s, 19.4 MiB/s (mean: 95µs, p50: 96µs, p95: 135µs, p99: 190µs)
                  PUT: 8541 ops/s, 16.7 MiB/s (mean: 102µs, p50: 98µs, p95: 136µs, p99: 210µs), 2 errors
                  agent-1 results home: 7 files, 40.0 KiB
                  agent-2 results home: 7 files, 40.0 KiB
                  ❌ agent-3 results not all home over SSH: 2 files, 4.0 KiB
                  ❌ agent-3 not proven gone: h3 does not answer
                """)
    }

    @Test("a pace that is short enough to stand within the bar stands behind it once")
    func shortPace() {
        var sample = Sample.preparing()
        let figures = IntervalFigures(
            elapsed: .seconds(7), agents: 3, operationsDone: 300, objectsDone: 300, objectsPerSecond: 90, operations: [])
        sample.add(.interval(StageOrder(1), figures), at: 9)
        #expect(told(sample, progress: true).last?.components(separatedBy: "90/s").count == 2)
    }

    @Test("every problem of an agent has its line, and the same one of many hosts is told once")
    func folded() {
        var sample = Sample()
        sample.add(.runBegan(Sample.beginning), at: 0)
        sample.add(.agentNotReady(Sample.agents[1], problems: ["no space in /tmp", "no such folder: /data"]), at: 1)
        for (index, agent) in Sample.agents.enumerated() where index != 1 {
            sample.add(.agentUnreachable(agent, why: "cannot connect to h\(index + 1):22: refused\n  fix: start sshd there"), at: 2)
        }
        #expect(
            told(sample).dropFirst(2).joined(separator: "\n") == """
                  ❌ agent-[1,3]: cannot connect to h[1,3]:22: refused
                         fix: start sshd there
                  ❌ agent-2: no space in /tmp
                       no such folder: /data
                ❌ 0 of 3 agents ready
                """)
    }

    @Test("with many agents those that are ready share a line, once all are settled")
    func many() {
        let agents = (1...40).map { RunBeginning.Agent(id: AgentID(number: $0), reach: "local", host: nil) }
        var sample = Sample()
        sample.add(.runBegan(RunBeginning(run: Sample.beginning.run, playbook: "p", agents: agents, stages: [])), at: 0)
        for agent in agents { sample.add(.agentReady(agent.id, facts: [:]), at: 1) }
        #expect(told(sample).suffix(2) == ["  ✅ agent-[1-40] ready", "✅ All 40 agents ready"])
    }

    @Test("progress lines come every five seconds, not every one")
    func progressIsRare() {
        var sample = Sample.executing()
        let before = told(sample, progress: true).count
        for second in 1...20 {
            sample.add(
                .interval(
                    StageOrder(2), IntervalFigures(elapsed: .seconds(second), agents: 3, operationsDone: 1, operations: [Sample.get])),
                at: 20 + Double(second))
        }
        #expect(told(sample, progress: true).count == before + 4)
    }

    @Test("a stage that fails on an agent and a barrier that breaks are told with why")
    func failures() {
        var sample = Sample.executing()
        sample.add(
            .stageArrived(StageOrder(2), Sample.agents[0], StageArrival(outcome: .timedOut, why: "60 s were over", elapsed: .seconds(60))),
            at: 60)
        sample.add(.barrierBroke(StageOrder(2), why: "agent-1 failed"), at: 60)
        #expect(
            told(sample).suffix(2) == ["  ❌ agent-1 execute timed out: 60 s were over", "❌ execute: the barrier broke: agent-1 failed"])
    }

    @Test("a note is told with the agent and the stage that it is about")
    func notes() {
        var sample = Sample.executing()
        sample.add(.noted("the barrier opened without it; it works on", agent: Sample.agents[2], stage: StageOrder(2)), at: 21)
        sample.add(.noted("nothing in particular", agent: nil, stage: nil), at: 21)
        #expect(
            told(sample).suffix(2) == ["  agent-3 execute: the barrier opened without it; it works on", "  nothing in particular"])
    }

    @Test("figures of a stage that are measured twice alike are told once, and those with a straggler's again")
    func measuredTwice() {
        var sample = Sample.executing()
        let two = StageMeasure(agents: 2, elapsed: .seconds(30), operations: [Sample.get])
        let three = StageMeasure(agents: 3, elapsed: .seconds(31), operations: [Sample.get])
        for measure in [two, two, three] { sample.add(.stageMeasured(StageOrder(2), measure), at: 35) }
        let heads = told(sample).filter { $0.contains("execute: ") }
        #expect(heads == ["PARTIAL execute: 2 of 3 agents, 30.0s", "✅ execute: 3 agents, 31.0s"])
    }

    @Test("an interval behind its stage's end adds no line of progress")
    func lateInterval() {
        var sample = Sample.executing()
        let late = IntervalFigures(elapsed: .seconds(30), agents: 3, operationsDone: 9, operations: [Sample.get])
        sample.add(.stageMeasured(StageOrder(2), StageMeasure(agents: 3, elapsed: .seconds(30), operations: [Sample.get])), at: 60)
        let before = told(sample, progress: true)
        sample.add(.interval(StageOrder(2), late), at: 70)
        #expect(told(sample, progress: true) == before)
    }
}
