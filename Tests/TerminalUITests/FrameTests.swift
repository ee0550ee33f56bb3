import Results
import Testing
import Vocabulary

@testable import TerminalUI

@Suite struct FrameTests {
    private func shown(_ sample: Sample, _ columns: Int) -> String {
        frame(sample.record, columns: columns, color: false).joined(separator: "\n")
    }

    @Test("before the start it says who is waited for and why")
    func waiting() {
        #expect(
            shown(.waiting(), 80) == """
                ⏳ Waiting for agents… 1/3 ready
                  ⏳ agent-2: putting the agent in place
                  ⏳ agent-3: connecting
                """)
    }

    @Test("many agents that wait for the same thing share a line")
    func manyWaiting() {
        let agents = (1...200).map { RunBeginning.Agent(id: AgentID(number: $0), reach: "local", host: nil) }
        var sample = Sample()
        sample.add(.runBegan(RunBeginning(run: Sample.beginning.run, playbook: "p", agents: agents, stages: [])), at: 0)
        for number in 1...120 { sample.add(.agentReady(AgentID(number: number), facts: [:]), at: 1) }
        #expect(shown(sample, 80) == "⏳ Waiting for agents… 120/200 ready\n  ⏳ agent-[121-200]: connecting")
    }

    @Test("a stage of objects has a bar of objects, how many are done a second and when all are")
    func objects() {
        #expect(
            shown(.preparing(), 100) == """
                Stage 1/2 prepare: 3 agents
                [===============>                        ] 120/300 objects, 90/s, 16.7 MiB/s, ETA 2s
                  PUT: 8541 ops/s, 16.7 MiB/s (mean: 102µs, p50: 98µs, p95: 136µs, p99: 210µs), 2 errors
                """)
    }

    @Test(
        "how long something still takes is written in the two units that matter",
        arguments: [
            (0.2, "1s"), (59, "59s"), (62, "1m02s"), (3599.5, "1h00m"), (11_100, "3h05m"), (187_200, "2d04h"), (.infinity, "11574d01h"),
        ])
    func clock(seconds: Double, text: String) { #expect(Words.clock(seconds) == text) }

    @Test("a stage whose barrier broke is as far as it was, one that passed is whole", arguments: [true, false])
    func ended(breaks: Bool) throws {
        var sample = Sample.preparing()
        sample.add(breaks ? .barrierBroke(StageOrder(1), why: "no") : .barrierOpened(StageOrder(1)), at: 3)
        let stage = try #require(sample.record.stages.first)
        let bar = ProgressBar(stage, elapsed: .seconds(1)).text(columns: 30)
        #expect(bar == (breaks ? "[===>        ] 120/300 objects" : "[============] 300/300 objects"))
    }

    @Test("a timed stage has a bar of seconds, a line a kind of operation, and the slowest agent's name")
    func wide() {
        #expect(
            shown(.executing(), 100) == """
                Stage 2/2 execute: 3 agents
                [===================>                    ] 15/30s
                  GET: 19882 ops/s, 19.4 MiB/s (mean: 95µs, p50: 96µs, p95: 135µs, p99: 190µs)
                  PUT: 8541 ops/s, 16.7 MiB/s (mean: 102µs, p50: 98µs, p95: 136µs, p99: 210µs), 2 errors
                  STAT: 9.0 ops/s (mean: 4.2µs, p50: 4.0µs, p95: 8.5µs, p99: 12µs)
                  slowest: agent-3 (412 ops/s, 5% of the median)
                """)
    }

    @Test("a narrow window breaks lines between quantities, never within one")
    func narrow() {
        #expect(
            shown(.executing(), 40) == """
                Stage 2/2 execute: 3 agents
                [=============>               ] 15/30s
                  GET: 19882 ops/s, 19.4 MiB/s
                    (mean: 95µs, p50: 96µs, p95: 135µs,
                    p99: 190µs)
                  PUT: 8541 ops/s, 16.7 MiB/s
                    (mean: 102µs, p50: 98µs, p95: 136µs,
                    p99: 210µs), 2 errors
                  STAT: 9.0 ops/s (mean: 4.2µs,
                    p50: 4.0µs, p95: 8.5µs, p99: 12µs)
                  slowest: agent-3 (412 ops/s,
                    5% of the median)
                """)
    }

    @Test("an agent that is lost is named with when, and a link that is down with why")
    func losing() {
        #expect(
            shown(.losing(), 80).hasSuffix(
                "\n  ❌ agent-3 lost at 22.5s: no heartbeat for 12 s\n  ⏳ agent-2 link down: connection reset"))
    }

    @Test("stopping counts what was seen, not what was asked for")
    func stopping() {
        var sample = Sample.executing()
        sample.add(.runBroke(why: "interrupted"), at: 21)
        sample.add(.phaseChanged(.stopping), at: 21)
        #expect(shown(sample, 120) == "⏳ Stopping: 0/3 ended their load, 0/3 seen gone, results of 0/3 home")
        sample.add(.stopAcknowledged(Sample.agents[1]), at: 22)
        sample.add(.agentSeenGone(Sample.agents[1], note: "ended"), at: 22)
        #expect(shown(sample, 120) == "⏳ Stopping: 1/3 ended their load, 1/3 seen gone, results of 0/3 home")
    }

    @Test("no line is wider than the window, in any state and at any width", arguments: [8, 13, 20, 40, 41, 79, 80, 200])
    func neverWider(columns: Int) {
        for sample in [Sample.waiting(), .ready(), .preparing(), .executing(), .losing(), .degraded()] {
            for line in frame(sample.record, columns: columns, color: false) { #expect(width(of: line) <= columns, "\(line)") }
        }
    }

    @Test("colour adds sequences and changes no text; without it there is not one")
    func color() {
        for sample in [Sample.waiting(), .executing(), .losing()] {
            let plain = frame(sample.record, columns: 80, color: false)
            #expect(!plain.joined().contains("\u{1B}"))
            let colored = frame(sample.record, columns: 80, color: true)
            #expect(colored.joined().contains("\u{1B}["))
            #expect(colored.map(withoutColor) == plain)
        }
    }

    @Test("the bar never shrinks while a stage goes on, even when a late interval says less")
    func barNeverShrinks() {
        var sample = Sample.executing()
        let before = shown(sample, 80)
        sample.add(
            .interval(StageOrder(2), IntervalFigures(elapsed: .seconds(3), agents: 3, operationsDone: 9, operations: [Sample.get])), at: 20)
        #expect(before.contains("15/30s"))
        #expect(shown(sample, 80).contains("15/30s"))
    }

    @Test("what a host says cannot move the cursor")
    func controlCharacters() {
        var sample = Sample.executing()
        sample.add(.agentLost(Sample.agents[0], why: "\u{1B}[2J\u{7}\rgone"), at: 21)
        #expect(!shown(sample, 80).contains { $0 == "\u{1B}" || $0 == "\r" || $0 == "\u{7}" })
    }
}

func withoutColor(_ line: String) -> String { line.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") }
