import Plans
import Testing
import Vocabulary

@Suite struct StageTests {
    /// One local agent with the stages that a test writes.
    private func text(_ stages: String, _ more: String = "") -> String {
        """
        target: "file:///data/"
        duration: 40s
        warmup_period: 2s
        workload:
          - {op: get, path: "x/*", weight: 1}
        prepare: {ensure_objects: [{base_uri: "x/", count: 10}]}
        distributed:
          agents: [{address: local}, {address: local}]
          stages:
        \(stages.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
        \(more.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
        """
    }

    @Test("stages of all six types are planned, under config and beside the name alike", arguments: [true, false])
    func types(nested: Bool) throws {
        func stage(_ head: String, _ settings: String) -> String {
            nested ? "- {\(head), config: {\(settings)}}" : "- {\(head), \(settings)}"
        }
        let made = try plan(
            text(
                [
                    stage("name: check, order: 1, completion: validation_passed", "type: validation, timeout_secs: 120"),
                    stage("name: fill, order: 2, completion: tasks_done", "type: prepare, expected_objects: 50"),
                    stage("name: run, order: 3, completion: duration", "type: execute, duration: 5m"),
                    stage("name: both, order: 4, completion: duration_or_tasks", "type: hybrid, max_duration: 30m, expected_tasks: 101"),
                    stage("name: mine, order: 5, completion: script_exit", "type: custom, command: /bin/x, args: [-a, 1, \"two words\"]"),
                    stage("name: end, order: 6, completion: tasks_done, optional: true", "type: cleanup"),
                ].joined(separator: "\n")))
        #expect(made.stages.map(\.type) == [.validation, .prepare, .execute, .hybrid, .custom, .cleanup])
        #expect(made.stages.map(\.timeout) == [120, 600, 3600, 3600, 3600, 3600].map { .seconds($0) })
        #expect(made.stages.map(\.optional) == [false, false, false, false, false, true])
        #expect(made.stages.map(\.plannedDuration) == [nil, nil, .seconds(300), .seconds(1800), nil, nil])
        #expect(made.stages.map(\.expectedObjects) == [nil, 50, nil, nil, nil, 20])
        #expect(made.stages.allSatisfy { $0.barrier == nil })
        #expect(try made.work("check") == .validation)
        #expect(try made.load("run").duration == .seconds(300))
        #expect(try made.load("run").warmup == .seconds(2))
        #expect(try made.load("run").taskLimit == nil)
        #expect(try made.load("both").duration == .seconds(1800))
        #expect(try [1, 2].map { try made.load("both", of: $0).taskLimit } == [51, 50])
        #expect(try made.work("mine") == .custom(CustomWork(command: "/bin/x", arguments: ["-a", "1", "two words"])))
        #expect(made.agents[0].stages.map(\.timeout) == made.stages.map(\.timeout))
    }

    @Test("stages run in the order of `order`, or as they stand where none has one")
    func order() throws {
        let ordered = try plan(text("- {name: cleanup, order: 4}\n- {name: prepare, order: 1}\n- {name: execute, order: 2}"))
        #expect(ordered.stages.map(\.name) == ["prepare", "execute", "cleanup"])
        #expect(ordered.stages.map(\.order.number) == [1, 2, 4])
        #expect(ordered.agents[0].stages.map(\.name) == ["prepare", "execute", "cleanup"])
        let standing = try plan(text("- {name: preflight}\n- {name: prepare}\n- {name: execute}"))
        #expect(standing.stages.map(\.order.number) == [1, 2, 3])
        #expect(standing.stages.map(\.type) == [.validation, .prepare, .execute])
    }

    @Test("an execute stage without a duration takes the playbook's")
    func duration() throws {
        #expect(try plan(text("- {name: execute}")).load().duration == .seconds(40))
    }

    @Test("a custom stage may end by tasks_done, which is its exit")
    func custom() throws {
        #expect(try plan(text("- {name: c, type: custom, completion: tasks_done, command: x}")).stages.count == 1)
    }

    @Test("a stage's own timeout wins over its config's, and is never less than its duration and 60 s")
    func timeout() throws {
        #expect(
            try plan(text("- {name: execute, timeout_secs: 1h, config: {type: execute, timeout_secs: 10m}}")).stages[0].timeout
                == .seconds(3600))
        #expect(try plan(text("- {name: execute, duration: 5m, timeout_secs: 10}")).stages[0].timeout == .seconds(360))
        #expect(try plan(text("- {name: cleanup, timeout_secs: 10}")).stages[0].timeout == .seconds(10))
        #expect(try plan(text("- {name: execute, duration: 2h}")).stages[0].timeout == .seconds(7260))
    }

    @Test("without barrier_sync only stages with a barrier of their own have one")
    func own() throws {
        let made = try plan(text("- {name: prepare, barrier: {type: majority}}\n- {name: execute}"))
        #expect(made.stages.map(\.barrier) == [BarrierPolicy(type: .majority), nil])
    }

    @Test("barrier_sync alone means all_or_nothing everywhere")
    func everywhere() throws {
        let made = try plan(text("- {name: prepare}\n- {name: c, type: custom, command: x}", "barrier_sync: {enabled: true}"))
        #expect(made.stages.map(\.barrier) == [BarrierPolicy(), BarrierPolicy()])
        let off = try plan(
            text("- {name: prepare, barrier: {}}\n- {name: execute}", "barrier_sync: {enabled: false, prepare: {type: majority}}"))
        #expect(off.stages.map(\.barrier?.type) == [.majority, nil])
    }

    @Test("a stage's barrier wins over its phase's, that over the defaults, setting by setting")
    func hierarchy() throws {
        let made = try plan(
            text(
                """
                - {name: prepare, barrier: {agent_barrier_timeout: 900}}
                - {name: execute}
                - {name: hybrid, max_duration: 10s}
                - {name: cleanup}
                """,
                """
                barrier_sync:
                  enabled: true
                  default_heartbeat_interval: 20
                  default_missed_threshold: 4
                  default_query_timeout: 7
                  default_query_retries: 1
                  agent_barrier_timeout: 200
                  prepare: {type: all_or_nothing, heartbeat_interval: 60, missed_threshold: 5, agent_barrier_timeout: 600}
                  execute: {type: majority, query_timeout: 9, query_retries: 3}
                  cleanup: {type: besteffort}
                """))
        let barriers = made.stages.compactMap(\.barrier)
        #expect(barriers.map(\.type) == [.allOrNothing, .majority, .majority, .bestEffort])
        #expect(barriers.map(\.wait) == [900, 200, 200, 200].map { .seconds($0) })
        #expect(barriers.map(\.liveness.heartbeatInterval) == [60, 20, 20, 20].map { .seconds($0) })
        #expect(barriers.map(\.liveness.missedThreshold) == [5, 4, 4, 4])
        #expect(barriers.map(\.liveness.queryTimeout) == [7, 9, 9, 7].map { .seconds($0) })
        #expect(barriers.map(\.liveness.queryRetries) == [1, 3, 3, 1])
    }

    @Test("a fleet without stages does what the file implies, and says so")
    func implied() throws {
        let text = fleet.replacing("\n  stages:\n    - {name: execute, order: 1, type: execute, duration: 30s}", with: "")
        #expect(try plan(text).stages.map(\.name) == ["preflight", "execute"])
        #expect(try plan(text).stages.allSatisfy { $0.barrier == BarrierPolicy() })
        #expect(problems(text).contains("warning: distributed: has no stages; performed are preflight, execute"))
        #expect(try plan(text + "  barrier_sync: {enabled: false}\n").stages.allSatisfy { $0.barrier == nil })
        #expect(
            try plan(text + "  barrier_sync: {enabled: true, execute: {type: majority}}\n").stages.map(\.barrier?.type) == [
                .allOrNothing, .majority,
            ])
    }

    @Test("cleanup_only leaves checks and cleanup of the stages that are written")
    func cleanupOnly() throws {
        let text = text("- {name: preflight}\n- {name: prepare}\n- {name: execute}\n- {name: cleanup}")
            .replacing("prepare: {", with: "prepare: {cleanup_only: true, ")
        #expect(try plan(text).stages.map(\.name) == ["preflight", "cleanup"])
        #expect(try plan(text).agents[0].stages.map(\.name) == ["preflight", "cleanup"])
    }

    @Test("a load that ends when it has settled is that of its stage or of the whole file")
    func steadyState() throws {
        let all = "steady_state: {window: 20s, metric: bytes, confidence: 0.9, precision: 0.01, drift: 0.1}\n"
        let implied = try plan(base + all)
        #expect(implied.stages.map(\.name) == ["preflight", "execute"] && implied.stages[0].steadyState == nil)
        var policy = SteadyStatePolicy()
        policy.window = .seconds(20)
        policy.metric = .bytes
        policy.confidence = 0.9
        policy.precision = 0.01
        policy.drift = 0.1
        #expect(implied.stages[1].steadyState == policy)
        let written = """
            distributed:
              agents: [{address: local}]
              stages:
                - {name: execute, duration: 70s}
                - {name: own, type: execute, steady_state: {}}
                - {name: hybrid, expected_tasks: 10, config: {steady_state: {window: 5s}}}

            """
        let stages = try plan(base + "duration: 70s\n" + all + written).stages
        #expect(stages.map(\.steadyState?.window) == [.seconds(20), .seconds(60), .seconds(5)])
        #expect(stages[1].steadyState == SteadyStatePolicy())
        #expect(try plan(base + written).stages.map { $0.steadyState != nil } == [false, true, true])
    }

    @Test(
        "a load that is over before it can settle is warned of; other stages have no throughput",
        arguments: [
            ("steady_state: {window: 60s}\n", "the load is over after"),
            ("warmup_period: 10s\nsteady_state: {window: 50s}\n", "the load is over after"), ("steady_state: {window: 57s}\n", ""),
            ("steady_state: {window: 1s}\n", "error"), ("steady_state: {drift: 0}\n", "must be between"),
            ("distributed: {agents: [{address: local}], stages: [{name: prepare, steady_state: {}}]}\n", "does not belong to a stage"),
        ])
    func unsteady(text: String, told: String) {
        let problems = problems(base + text)
        #expect(told.isEmpty ? problems == "" : problems.contains(told), "\(problems)")
    }
}
