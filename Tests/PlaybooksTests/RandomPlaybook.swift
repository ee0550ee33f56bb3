/// A playbook that plans, made at random from a seed: sections come and go, and so do their keys.
struct RandomPlaybook {
    private var noise: FuzzTests.Noise

    init(seed: UInt64) { noise = FuzzTests.Noise(state: seed &* 0x9e37_79b9_7f4a_7c15 &+ 7) }

    private mutating func one(of texts: [String]) -> String { texts[noise.below(texts.count)] }
    private mutating func number(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound + noise.below(range.count))" }
    private mutating func toss() -> Bool { noise.below(2) == 0 }

    /// Some of `pairs`, as they would stand in a map.
    private mutating func some(_ pairs: [(String, String)]) -> [String] {
        pairs.compactMap { key, value in toss() ? "\(key): \(value)" : nil }
    }

    private mutating func duration() -> String { one(of: ["1s", "90", "2m", "1500ms", "1h30m"]) }

    private mutating func sizes() -> String {
        one(of: [
            "1KiB", "{fixed: 3000}", "{uniform: {min: 1KiB, max: 64KiB}}", "{type: lognormal, mean: 1MiB, std_dev: 64KiB}",
            "{type: lognormal, mean: 9, std_dev: 3, min: 1, max: 99}",
        ])
    }

    mutating func text() -> String {
        var lines = ["target: \"\(one(of: ["file:///data/", "s3://bucket/run/", "direct:///mnt/x", "gcs://b/"]))\""]
        lines += some([
            ("duration", "5m"), ("warmup_period", "1500ms"), ("concurrency", number(1...99)),
            ("page_cache_mode", one(of: ["random", "dontneed"])), ("processes", one(of: ["4", "auto"])), ("dynamic_put_pool", "true"),
            ("io_rate", "{iops: \(number(1...9999)), distribution: uniform}"), ("op_log_path", "/var/log/t.tsv.zst"),
            ("steady_state", one(of: ["{window: 30s, precision: 0.01}", "{metric: bytes, confidence: 0.9, drift: 0.1}"])),
            ("perf_log", one(of: ["{enabled: false}", "{path: a/p.tsv, interval: 5s}"])),
            ("operation_timeout", duration()), ("verify", one(of: ["size", "checksum"])),
            ("range_engine", "{enabled: true, chunk_size: 1MiB}"),
            ("error_handling", "{max_total_errors: 7, retry_on_error: true, retry_jitter_factor: 0.125}"),
            ("cache_checkpoint_interval_secs", "10m"),
        ])
        if toss() { lines.append("multi_endpoint: {strategy: least_connections, endpoints: [\"file:///mnt/a/\", \"file:///mnt/b/\"]}") }
        lines += ["workload:"] + operations() + prepare()
        if toss() { lines += distributed() }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func operations() -> [String] {
        (0...noise.below(5)).map { _ in
            let kind = one(of: ["get", "put", "list", "stat", "mkdir", "rmdir"])
            var parts = [
                "op: \(kind)", "path: \"\(one(of: ["elsewhere/", "file:///other/place/"]))\(["get", "stat"].contains(kind) ? "*" : "")\"",
            ]
            parts += some([("weight", one(of: ["1", "2.5", "40"])), ("concurrency", number(1...9))])
            if kind == "put" { parts += ["size_spec: \(sizes())"] + some([("dedup_factor", "2"), ("compress_factor", "3")]) }
            if kind == "get" { parts += some([("range", "64KiB")]) }
            if kind == "rmdir" { parts += some([("recursive", "true")]) }
            return "  - {\(parts.joined(separator: ", "))}"
        }
    }

    private mutating func prepare() -> [String] {
        guard toss() else { return [] }
        var lines = ["prepare:"]
        lines += some([
            ("cleanup", "true"), ("prepare_strategy", "parallel"), ("post_prepare_delay", duration()), ("force_overwrite", "true"),
            ("cleanup_mode", "strict"), ("key_prefix_shards", number(0...16)),
        ]).map { "  \($0)" }
        lines.append("  ensure_objects:")
        for _ in 0...noise.below(3) {
            var parts = some([
                ("base_uri", one(of: ["a/", "b/c/", "file:///whole/d/"])), ("fill", "prand"), ("dedup_factor", "2"),
                ("compress_factor", "4"),
            ])
            parts += ["count: \(number(1...5000))", "size_spec: \(sizes())"]
            lines.append("    - {\(parts.joined(separator: ", "))}")
        }
        if toss() {
            lines.append(
                "  directory_structure: {base_uri: \"tree/\", width: \(number(1...4)), depth: 2, files_per_dir: \(number(0...9)), distribution: all}"
            )
        }
        return lines
    }

    private mutating func distributed() -> [String] {
        var lines = ["distributed:"]
        lines += some([
            ("shared_filesystem", one(of: ["true", "false"])),
            ("tree_creation_mode", one(of: ["concurrent", "coordinator", "isolated", "controller"])),
            ("path_selection", one(of: ["partitioned", "exclusive", "weighted"])), ("path_template", "\"own/{agent}/\""), ("lease", "2m"),
            ("start_delay", "500ms"), ("on_agent_loss", "continue"), ("distributed_env", "{ZONE: a, WORDS: \"x: y #z\"}"),
            ("kv_cache_dir", "/mnt/l"),
            ("grpc_keepalive_interval", duration()), ("min_agents", "50%"),
            (
                "barrier_sync",
                one(of: [
                    "{enabled: true, prepare: {agent_barrier_timeout: 10m}}", "{enabled: true, default_heartbeat_interval: 7s}",
                    "{enabled: false}",
                ])
            ),
        ]).map { "  \($0)" }
        let overSSH = toss()
        if overSSH {
            lines.append("  ssh: {enabled: true, user: me, port: \(number(2000...2009)), host_keys: accept-new}")
        } else {
            lines.append("  insecure: true")
        }
        let deployment =
            some([
                ("files", "[{from: \"/x y/z\", to: a/b, mode: \"0750\"}, {from: tool}]"), ("working_dir", "\"sub dir\""),
                ("limits", "{memory: 1GiB, cpus: 1.5, nofile: 4096}"), ("relay", "auto"),
            ]) + (overSSH ? some([("deploy_type", "docker"), ("image", "\"x:1\""), ("docker_args", "[\"--cpus=2\"]")]) : [])
        if !deployment.isEmpty { lines.append("  deployment: {\(deployment.joined(separator: ", "))}") }
        lines.append("  agents:")
        for index in 0...noise.below(4) {
            var parts = ["address: \(index == 3 ? "local" : "h\(index)")"]
            parts += some([
                ("id", "agent-of-\(index)"), ("concurrency_override", number(1...64)), ("env", "{ZONE: b}"),
                ("target_override", "\"file:///own/\(index)\""),
            ])
            if toss(), noise.below(3) == 0 { parts.append("multi_endpoint: {endpoints: [\"file:///mnt/\(index)/\"]}") }
            lines.append("    - {\(parts.joined(separator: ", "))}")
        }
        if toss() {
            lines += [
                "  stages:", "    - {name: one, type: validation, timeout_secs: 2m}",
                "    - {name: two, type: prepare, expected_objects: 50}",
                "    - {name: three, type: execute, duration: 7m, barrier: {type: majority, query_retries: 5}}",
                "    - {name: four, type: hybrid, max_duration: 9m, expected_tasks: 1_000, steady_state: {window: 5s}}",
                "    - {name: five, type: custom, command: /bin/echo, args: [a, \"b: c\"], optional: true}",
                "    - {name: six, type: cleanup}",
            ]
        }
        return lines
    }
}
