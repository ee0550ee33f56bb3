import Results
import Testing
import Vocabulary

@Suite struct StatusTextTests {
    @Test("STATUS.txt says the verdict first, then over whom the numbers are, and names who was lost and when")
    func degraded() {
        let record = RunRecord(events: SampleRun.events())
        let lost = record.agents[2].outSince
        #expect(
            StatusText(record).text == """
                TEST STATUS: DEGRADED
                Timestamp: \(record.lastUTC)
                PARTIAL: the numbers of this run are over 2 of 3 agents (without agent-3)

                === Summary ===
                Run: 20261125-043012-demo-00ff
                Playbook: demo.yaml
                Began: \(record.beganAtUTC)
                Duration: \(fixed(record.elapsed.inSeconds, decimals: 2))s
                Agents: 3
                Completed: 2
                Failed: 0
                Lost: 1
                Reconnects: 1
                Operations: 63000
                Bytes: 64512000
                Errors: 7
                Exit code: 5

                === Agent Details ===
                agent-1: completed
                agent-2: completed
                agent-3: lost (no heartbeat for 12 s) at \(fixed(lost?.elapsed.inSeconds ?? 0, decimals: 1)) s, \(lost?.utc ?? "")

                === Stages ===
                prepare: 3 agents, 2.00 s
                execute: 2 agents, 30.00 s
                cleanup: 2 agents, 2.00 s

                === Processes ===
                seen gone, its supervisor said so: agent-[1-2]
                not seen to be gone: agent-3: no answer over ssh

                === Failure Analysis ===
                agent-3 was lost
                agent-3: not proven gone: no answer over ssh

                """)
    }

    @Test("counts that no run can have come to the largest number, and not to a crash")
    func largestCounts() {
        var arrival = SampleRun.arrival
        (arrival.operations, arrival.errors) = (.max, .max)
        let events = SampleRun.events(
            SampleRun.kinds.map { kind in
                if case .stageArrived(let stage, let agent, _) = kind { .stageArrived(stage, agent, arrival) } else { kind }
            })
        let text = StatusText(RunRecord(events: events)).text
        #expect(text.contains("Operations: 18446744073709551615\n") && text.contains("Errors: 18446744073709551615\n"))
    }

    @Test("errors stand there by stage, operation and class, over all agents, the most frequent first")
    func errors() {
        func cause(_ kind: OperationKind, _ cause: String, _ count: UInt64) -> ErrorCause {
            ErrorCause(kind: kind, cause: cause, count: count, message: "\(cause)\nof \(count)")
        }
        var events = SampleRun.kinds
        for (place, causes) in [[cause(.get, "timeout", 3), cause(.put, "server", 4)], [cause(.get, "timeout", 2)]].enumerated() {
            var arrival = SampleRun.arrival
            arrival.causes = causes
            let agent = SampleRun.agents[place]
            events = events.map { event in
                if case .stageArrived(StageOrder(2), agent, _) = event { .stageArrived(StageOrder(2), agent, arrival) } else { event }
            }
        }
        let text = StatusText(RunRecord(events: SampleRun.events(events))).text
        #expect(
            text.contains(
                "\n\n=== Errors ===\nexecute: GET, timeout: 5, the first: timeout of 3\nexecute: PUT, server: 4, the first: server of 4\n\n"
            ))
    }

    @Test("a run in which nothing went wrong has no failure analysis and is not called partial")
    func success() {
        let good = SampleRun.kinds.filter {
            !["agent_lost", "agent_not_proven_gone", "run_ended"].contains($0.name)
        }
        let third = (2...3).map { EventKind.stageArrived(StageOrder($0), SampleRun.agents[2], SampleRun.arrival) }
        let text = StatusText(
            RunRecord(events: SampleRun.events(good + third + [.runEnded(outcome: .completed, exitCode: 0, reasons: [])]))
        ).text
        #expect(text.hasPrefix("TEST STATUS: SUCCESS\n"))
        #expect(!text.contains("PARTIAL"))
        #expect(!text.contains("Failure Analysis"))
        #expect(text.contains("Completed: 3\n"))
    }

    @Test("every problem of an agent that did not become ready is there")
    func problems() {
        let kinds: [EventKind] = [
            SampleRun.kinds[0], .agentNotReady(AgentID(number: 1), problems: ["no space", "no such folder"]),
            .runEnded(outcome: .failed, exitCode: 4, reasons: ["1 of 3 agents is not ready"]),
        ]
        let text = StatusText(RunRecord(events: SampleRun.events(kinds))).text
        #expect(text.contains("TEST STATUS: FAILURE"))
        #expect(text.contains("agent-1: no space\nagent-1: no such folder\n"))
        #expect(text.contains("Completed: 0\n"))
    }

    @Test("what the verdict's reasons say already is not said again")
    func once() {
        let id = AgentID(number: 1)
        let reasons = [
            "\(id) was not ready: no space", "\(id)'s results are not all home: silence", "\(id) was not seen to be gone: pid 7",
        ]
        let home = Collected(files: 0, bytes: 0, complete: false, via: .ssh)
        let kinds: [EventKind] = [
            SampleRun.kinds[0], .agentNotReady(id, problems: ["no space"]), .collected(id, home), .agentNotProvenGone(id, note: "pid 7"),
            .runEnded(outcome: .failed, exitCode: 4, reasons: reasons),
        ]
        let text = StatusText(RunRecord(events: SampleRun.events(kinds))).text
        #expect(text.hasSuffix("=== Failure Analysis ===\n" + reasons.joined(separator: "\n") + "\n"))
    }
}
