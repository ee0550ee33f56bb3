extension KeyTable {
    /// One entry of `distributed.stages`; its settings stand beside `name` or under `config`.
    static let stage = KeyTable(
        [
            Key("name", .text, "its name, used once", standard: "must be there", example: "checkpoint"),
            Key(
                "order", .integer(0...1_000_000), "its place; used once; on every stage, or on none", standard: "as they stand",
                example: "1"),
            Key(
                "completion", .words(["duration", "tasks_done", "validation_passed", "script_exit", "duration_or_tasks"]),
                "how it ends: validation `validation_passed`, prepare and cleanup `tasks_done`, execute `duration`, custom `script_exit` (or `tasks_done`), hybrid `duration_or_tasks`",
                standard: "as its type implies", example: "duration"),
            Key("optional", .boolean, "its failure is told, and does not fail the run", standard: "false", example: "true"),
            Key(
                "barrier", .section(.barrier), "how the agents wait for each other at its end",
                standard: "that of `barrier_sync`, where enabled", example: "{type: majority}"),
            Key("config", .section(.stageSettings), "the settings, where they do not stand beside `name`", example: "{type: execute}"),
        ] + settings, required: ["name"])

    static let stageSettings = KeyTable(settings)

    private static let settings: [Key] = [
        Key(
            "type", .words(["validation", "prepare", "execute", "cleanup", "custom", "hybrid"]), "what is done in it",
            standard: "the name, where it is a type's (or `preflight`)", example: "execute"),
        Key(
            "timeout_secs", .positiveDuration,
            "bound on each agent; under 60 s a warning; never less than the stage's own duration and 60 s",
            standard: "validation 300, prepare 600, others 3600", example: "30m"),
        Key("duration", .positiveDuration, "execute: length of the load", standard: "`duration`", example: "5m"),
        Key("max_duration", .positiveDuration, "hybrid: longest load", standard: "one of the two", example: "30m"),
        Key(
            "expected_tasks", .integer(1...Int.max), "hybrid: operations after which the load ends, of all agents together",
            standard: "one of the two", example: "100_000"),
        Key(
            "steady_state", .section(.steadyState), "execute, hybrid: the load ends when its throughput has settled, see below",
            standard: "that of the whole file", example: "{window: 30s}"),
        Key(
            "expected_objects", .integer(0...Int.max), "prepare, cleanup: for the progress bar only", standard: "what prepare makes",
            example: "50_000"),
        Key(
            "command", .text,
            "custom: program that each agent runs on its host, without a shell; its exit status is the stage's outcome; what it writes to `$MUSTER_RESULTS` comes home",
            standard: "must be there", example: "/bin/sh"),
        Key("args", .list(.text), "custom: its arguments", standard: "none", example: "[\"-c\", \"date\"]"),
    ]

    /// `steady_state`, of a stage or of the whole file.
    static let steadyState = KeyTable([
        Key(
            "window", .duration(atLeast: .seconds(2)), "what is looked at, sliding: the last so much of all agents' throughput together",
            standard: "60s", example: "30s"),
        Key("metric", .words(["ops", "bytes"]), "the throughput: operations, or bytes, a second", standard: "`ops`", example: "bytes"),
        Key("confidence", .number(0.5...0.999), "of the intervals", standard: "0.95", example: "0.99"),
        Key(
            "precision", .number(0.0001...1), "how well the mean must be known: half of its confidence interval, as a part of it",
            standard: "0.02", example: "0.01"),
        Key(
            "drift", .number(0.0001...1), "by how much it may change over the window, with that confidence, as a part of the mean",
            standard: "0.05", example: "0.03"),
    ])

    /// `distributed.barrier_sync`.
    static let barrierSync = KeyTable([
        Key("enabled", .boolean, "whether stages without a barrier of their own have one", standard: "false", example: "true"),
        Key("validation", .section(.barrier), "settings for validation stages", example: "{type: all_or_nothing}"),
        Key("prepare", .section(.barrier), "settings for prepare stages", example: "{agent_barrier_timeout: 10m}"),
        Key("execute", .section(.barrier), "settings for execute and hybrid stages", example: "{type: majority}"),
        Key("cleanup", .section(.barrier), "settings for cleanup stages", example: "{type: best_effort}"),
        Key(
            "default_heartbeat_interval", .positiveDuration, "for all barriers, and for stages without one", standard: "30s", example: "10s"
        ),
        Key("default_missed_threshold", .integer(1...1000), "likewise", standard: "3", example: "3"),
        Key("default_query_timeout", .positiveDuration, "likewise", standard: "10s", example: "5s"),
        Key("default_query_retries", .integer(0...1000), "likewise", standard: "2", example: "2"),
        Key("agent_barrier_timeout", .positiveDuration, "for all barriers", standard: "120s", example: "5m"),
        .stale("timeout_seconds", "use agent_barrier_timeout"),
    ])

    /// `barrier` of a stage, or the settings for one kind of stage.
    static let barrier = KeyTable([
        Key(
            "type", .words(["all_or_nothing", "majority", "best_effort", "besteffort"]), "when it opens and when it breaks, see above",
            standard: "`all_or_nothing`", example: "majority"),
        Key("heartbeat_interval", .positiveDuration, "how often agents tell that they live", standard: "30s", example: "10s"),
        Key("missed_threshold", .integer(1...1000), "heartbeats missed in a row before an agent is asked", standard: "3", example: "3"),
        Key("query_timeout", .positiveDuration, "for each question's answer", standard: "10s", example: "5s"),
        Key("query_retries", .integer(0...1000), "questions after the first, before an agent is lost", standard: "2", example: "1"),
        Key(
            "agent_barrier_timeout", .positiveDuration,
            "longest wait, from the first arrival and again from each sign of progress; less than heartbeats and questions take is warned of",
            standard: "120s", example: "5m"),
    ])
}
