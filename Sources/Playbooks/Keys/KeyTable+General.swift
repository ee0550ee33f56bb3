import Vocabulary

extension KeyTable {
    /// The whole file.
    static let playbook = KeyTable(
        load + [
            Key(
                "prepare", .section(.prepare), "what is made before the load", standard: "nothing",
                example: "{ensure_objects: [{count: 100}]}"),
            Key(
                "distributed", .section(.distributed), "the agents and how they act together", standard: "one agent of this machine",
                example: "{agents: [{address: local}]}"),
            Key("perf_log", .section(.performanceLog), "the time series `perf_log.tsv`", standard: "written", example: "{interval: 1s}"),
            Key(
                "op_log_path", .text,
                "file for one line an operation of the load; the agent's id is put before the ending: `trace.tsv.zst` → `trace-agent-1.tsv.zst`; `.zst` compresses. Relative: among the agent's results, and comes home with them; absolute: stays on the agent's host. Beats the agent's `--op-log`",
                standard: "none", example: "trace.tsv.zst"),
            Key(
                "io_rate", .section(.rate), "begin operations at intended times, whatever the storage does",
                standard: "as fast as the storage answers", example: "{iops: 2000}"),
            Key(
                "steady_state", .section(.steadyState), "loads end when their throughput has settled, see below",
                standard: "none: they last as long as they should", example: "{window: 60s}"),
            Key(
                "range_engine", .section(.ranges), "read large objects in several ranges at once", standard: "off",
                example: "{enabled: true}"),
            Key(
                "verify", .words(["none", "size", "checksum"]),
                "what GET and STAT are held against, for objects whose contents follow from the playbook: nothing; the size that was written; the size and each byte",
                standard: "`none`", example: "size"),
            Key(
                "processes", .either([.integer(1...1024), .words(["auto", "single"])]),
                "processes over which an agent's workers are spread; `auto`: one a core, `single`: 1",
                standard: "1", example: "single", effect: .later(accepted: "1, `single`")),
            Key(
                "processing_mode", .words(["multi_process", "multi_runtime"]), "what `processes` counts", standard: "`multi_process`",
                example: "multi_process", effect: .none),
            Key(
                "dynamic_put_pool", .boolean, "what a worker's PUTs make joins what its GETs read, where their pattern fits",
                standard: "false",
                example: "false"),
            Key(
                "cache_checkpoint_interval_secs", .duration(),
                "how often an agent's ledger is made to last while prepare works; 0: at its end only. Nothing of Muster's own is ever written to the storage under test, as old files expect of this key: warned of",
                standard: "300s", example: "10m", effect: .none),
        ] + oldKeys)

    private static let load: [Key] = [
        Key(
            "target", .text,
            "URI of the folder that all relative paths are below: `file:///…`, `direct:///…`, `s3://bucket/`, `az://account/container/`, `gs://bucket/` (also `gcs://`)",
            standard: "none: paths must be whole URIs", example: "file:///mnt/bench/"),
        Key("duration", .duration(), "length of the load; 0: prepare only", standard: "60s", example: "5m"),
        Key("concurrency", .integer(1...65_536), "workers in each agent", standard: "16", example: "32"),
        Key(
            "warmup_period", .duration(), "beginning of each load that is left out of every figure, and marked in time series",
            standard: "0", example: "30s"),
        Key(
            "page_cache_mode", .words(["auto", "sequential", "random", "dontneed", "normal"]),
            "what the kernel is told of files; `auto`: sequential from 64 MiB, random below; without effect on `direct://`",
            standard: "`auto`", example: "dontneed"),
        Key(
            "operation_timeout", .positiveDuration,
            "for one operation of prepare, load and cleanup, however many requests it takes; after it the operation is an error",
            standard: "120s",
            example: "30s"),
        Key("error_handling", .section(.errors), "when errors end the load, and what follows each", example: "{max_total_errors: 20}"),
        Key(
            "multi_endpoint", .section(.endpoints), "several addresses of one storage, over which operations are spread", standard: "none",
            example: "{endpoints: [\"file:///data/\"]}"),
        Key(
            "workload", .list(.section(.operation)), "the operations; each worker draws the next by weight", standard: "none",
            example: "[{op: get, path: \"data/*\"}]"),
    ]

    private static let oldKeys: [Key] = [
        .stale("version", "leave it out; the format has no versions"),
        .stale("backend", "leave it out; the target's scheme (file://, s3://, …) says it"),
        .stale("objects", "use prepare.ensure_objects[].count"),
        .stale("data_size", "use size_spec in prepare.ensure_objects, object_size in PUT"),
        .stale("record_count", "use prepare.ensure_objects[].count"),
        .stale("autotune", "leave it out; set concurrency"),
        .stale("force_overwrite", "use prepare.force_overwrite"),
        .stale("cleanup", "use prepare.cleanup: true and prepare.cleanup_mode"),
        .stale("s3dlio_optimization", "leave it out; range_engine reads large objects in ranges"),
        .stale("enable_metadata_cache", "leave it out; the agent's ledger stands on its own disk and costs the storage nothing"),
    ]

    static let endpoints = KeyTable(
        [
            Key(
                "endpoints", .list(.text), "URIs of one scheme, each showing the same objects", standard: "must be there",
                example: "[\"file:///mnt/a/\", \"file:///mnt/b/\"]"),
            Key(
                "strategy", .words(["round_robin", "least_connections"]),
                "one after the other, or the one with the fewest operations under way", standard: "`round_robin`", example: "round_robin"),
        ], required: ["endpoints"])

    static let performanceLog = KeyTable([
        Key("enabled", .boolean, "false is warned of: it is written all the same", standard: "true", example: "true"),
        Key(
            "path", .text, "its name in the results' folder, the run's and each agent's; `.zst` compresses", standard: "`perf_log.tsv`",
            example: "series/perf.tsv.zst"),
        Key("interval", .duration(atLeast: .milliseconds(100)), "length of a row", standard: "1s", example: "5s"),
        Key("interval_seconds", .duration(atLeast: .milliseconds(100)), "the same as `interval`", example: "5"),
    ])

    static let rate = KeyTable(
        [
            Key(
                "iops", .either([.integer(1...Int.max), .words(["max"])]), "operations a second of all agents together; `max`: no rate",
                standard: "`max`", example: "2000"),
            Key(
                "distribution", .words(["exponential", "uniform", "deterministic"]), "of the times between two", standard: "`exponential`",
                example: "uniform"),
        ], required: ["iops"])

    static let ranges = KeyTable([
        Key(
            "enabled", .boolean, "whether large objects are read in ranges", standard: "false", example: "true"),
        Key("chunk_size", .size(atLeast: 1), "length of a range", standard: "64 MiB", example: "16MiB"),
        Key("max_concurrent_ranges", .integer(1...65_536), "ranges of one object at once, for each worker", standard: "16", example: "32"),
        Key("min_split_size", .size(atLeast: 1), "smaller objects are read whole", standard: "16 MiB", example: "8MiB"),
        Key("range_timeout_secs", .positiveDuration, "for one range, from object stores", standard: "30s", example: "45"),
    ])

    static let errors = KeyTable([
        Key("max_total_errors", .integer(0...Int.max), "errors of one agent after which its load ends", standard: "100", example: "20"),
        Key(
            "error_rate_threshold", .number(0...Double.greatestFiniteMagnitude),
            "errors a second of one agent beyond which its load pauses",
            standard: "5", example: "50"),
        Key(
            "error_rate_window", .positiveDuration, "over which that is counted", standard: "1s", example: "10s"),
        Key("backoff_duration", .duration(), "that pause, of all its workers; 0: none", standard: "5s", example: "1s"),
        Key(
            "retry_on_error", .boolean, "an operation that failed for a reason that may pass is tried again", standard: "false",
            example: "true"),
        Key("max_retries", .integer(0...1000), "tries after the first", standard: "3", example: "5"),
        Key("initial_retry_delay_ms", .integer(0...86_400_000), "milliseconds before the second try", standard: "100", example: "200"),
        Key(
            "max_retry_delay_ms", .integer(0...86_400_000), "longest wait between tries, in milliseconds", standard: "5000",
            example: "10_000"),
        Key("retry_backoff_multiplier", .number(1...1000), "each wait is the one before times this", standard: "2", example: "1.5"),
        Key("retry_jitter_factor", .number(0...1), "part of each wait that is left to chance", standard: "0.25", example: "0.1"),
    ])
}
