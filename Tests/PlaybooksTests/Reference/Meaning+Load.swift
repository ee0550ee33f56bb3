import Plans
import Vocabulary

extension Meaning {
    /// Keys of the whole file and of the load.
    static let load: [String: Meaning] = [
        "target": Meaning(.folder) { place in
            let agents = place.agents(without: "distributed.agents[].target_override")
            return place.common(agents.compactMap(\.target))
        },
        "duration": .seconds { place in
            // Stages may have durations of their own.
            let own = Set(place.all.filter { $0.key.hasPrefix("distributed.stages[]") && $0.key.hasSuffix("duration") }.map(\.indices))
            let executes = place.plan.stages.filter { $0.type == .execute }
            if executes.isEmpty { return .zero }
            return own.isEmpty ? place.common(executes.compactMap(\.plannedDuration)) : executes[0].plannedDuration
        },
        "concurrency": .number { place in
            place.common(place.agents(without: "distributed.agents[].concurrency_override").flatMap(\.workers))
        },
        "warmup_period": .seconds { $0.common($0.loads.map(\.warmup)) },
        "page_cache_mode": Meaning(.word()) { $0.common($0.loads.map(\.pageCache.rawValue)) },
        "op_log_path": Meaning(.text) { place in
            // The agent's id stands before the ending.
            let paths = zip(place.plan.agents, place.plan.agents.compactMap(\.operationLog)).map { agent, path in
                path.replacing("-\(agent.id.text).", with: ".")
            }
            return paths.count == place.plan.agents.count ? place.common(paths) : nil
        },
        "dynamic_put_pool": .boolean { $0.common($0.loads.map(\.dynamicPutPool)) },
        "processes": Meaning(.word(["single": "1"])) { place in
            place.common(place.plan.agents.map { agent in agent.processes.count.map { "\($0)" } ?? "auto" })
        },
        "processing_mode": Meaning(.word()) { $0.common($0.plan.agents.map(\.processes.mode.rawValue)) },
        "cache_checkpoint_interval_secs": .seconds { $0.common($0.plan.agents.map(\.ledgerInterval)) },
        "perf_log.enabled": .boolean { $0.plan.performanceLog != nil },
        "perf_log.path": Meaning(.text) { $0.plan.performanceLog?.path },
        "perf_log.interval": .seconds { $0.plan.performanceLog?.interval },
        "perf_log.interval_seconds": .seconds { $0.plan.performanceLog?.interval },
        "io_rate.iops": Meaning(.text) { place in
            place.common(place.loads.map { work in work.rate.map { "\($0.operationsPerSecond)" } ?? "max" })
        },
        "io_rate.distribution": Meaning(.word()) { $0.common($0.loads.compactMap(\.rate?.distribution.rawValue)) },
        "range_engine.enabled": .boolean { $0.common($0.loads.map(\.ranges.isEnabled)) },
        "range_engine.chunk_size": .bytes { $0.common($0.loads.map(\.ranges.chunkSize)) },
        "range_engine.max_concurrent_ranges": .number { $0.common($0.loads.map(\.ranges.maximumConcurrentRanges)) },
        "range_engine.min_split_size": .bytes { $0.common($0.loads.map(\.ranges.minimumSplitSize)) },
        "range_engine.range_timeout_secs": .seconds { $0.common($0.loads.map(\.ranges.timeout)) },
        "error_handling.max_total_errors": .number { $0.common($0.loads.map(\.errors.maximumTotalErrors)) },
        "error_handling.error_rate_threshold": Meaning(.number) { $0.common($0.loads.map { "\($0.errors.rateThreshold)" }) },
        "error_handling.error_rate_window": .seconds { $0.common($0.loads.map(\.errors.rateWindow)) },
        "error_handling.backoff_duration": .seconds { $0.common($0.loads.map(\.errors.backoff)) },
        "error_handling.retry_on_error": .boolean { $0.common($0.loads.map(\.errors.retriesOnError)) },
        "error_handling.max_retries": .number { $0.common($0.loads.map(\.errors.retries.maximum)) },
        "error_handling.initial_retry_delay_ms": Meaning(.milliseconds) {
            $0.common($0.loads.map { plain($0.errors.retries.initialDelay) })
        },
        "error_handling.max_retry_delay_ms": Meaning(.milliseconds) { $0.common($0.loads.map { plain($0.errors.retries.maximumDelay) }) },
        "error_handling.retry_backoff_multiplier": Meaning(.number) { $0.common($0.loads.map { "\($0.errors.retries.multiplier)" }) },
        "error_handling.retry_jitter_factor": Meaning(.number) { $0.common($0.loads.map { "\($0.errors.retries.jitter)" }) },
        "multi_endpoint.strategy": Meaning(.word()) { place in
            place.common(place.agents(without: "distributed.agents[].multi_endpoint").compactMap(\.endpoints?.strategy.rawValue))
        },
        "multi_endpoint.endpoints[]": Meaning(.folder) { place in
            place.common(place.agents(without: "distributed.agents[].multi_endpoint").compactMap { $0.endpoints?.uris[place.index()] })
        },
    ]

    /// Keys of `workload`.
    static let operations: [String: Meaning] = [
        "workload": Meaning(.text) { place in place.loads.isEmpty ? "[]" : nil },
        "workload[].op": Meaning(.word()) { $0.operation?.kind.rawValue },
        "workload[].path": Meaning(.text, uri),
        "workload[].weight": Meaning(.number) { $0.operation.map { "\($0.weight)" } },
        "workload[].concurrency": .number { $0.operation?.concurrency },
        "workload[].recursive": .boolean { $0.operation?.recursive },
        "workload[].dedup_factor": .number { $0.operation?.dedupFactor },
        "workload[].compress_factor": .number { $0.operation?.compressFactor },
        "workload[].use_multi_endpoint": .boolean { $0.operation?.spreads },
        "workload[].object_size": .bytes { $0.operation?.sizes?.only },
    ].merging(sizes(under: "workload[].size_spec") { $0.operation?.sizes }) { first, _ in first }
        .merging(sizes(under: "workload[].size_distribution") { $0.operation?.sizes }) { first, _ in first }

    /// The path below wherever the agent works, with what is added and replaced taken away again.
    private static func uri(_ place: Place) -> String? {
        guard let operation = place.operation, let agent = place.plan.agents.first else { return nil }
        let base = operation.spreads ? agent.endpoints?.uris[0] : agent.target ?? agent.endpoints?.uris[0]
        var path = operation.uri
        if let base, path.hasPrefix(base + agent.folder), !place.written.text.contains("://") {
            path = String(path.dropFirst((base + agent.folder).count))
        }
        if operation.kind == .delete { path = path.replacing("deletable-", with: "prepared-") }
        // A folder that is listed may be written as a pattern.
        if operation.kind == .list, place.written.text.hasPrefix(path), place.written.text.dropFirst(path.count) == "*" { path += "*" }
        return path
    }

    /// The keys below a `size_spec`.
    static func sizes(under key: String, _ planned: @escaping @Sendable (Place) -> SizeDistribution?) -> [String: Meaning] {
        var meanings: [String: Meaning] = [
            key: .bytes { planned($0)?.only },
            "\(key).fixed": .bytes { planned($0)?.only },
            "\(key).size": .bytes { planned($0)?.only },
            "\(key).type": Meaning(.word()) { planned($0)?.shape },
        ]
        for below in ["", ".uniform", ".lognormal"] {
            meanings["\(key)\(below).min"] = .bytes { planned($0)?.bounds?.minimum }
            meanings["\(key)\(below).max"] = .bytes { planned($0)?.bounds?.maximum }
            meanings["\(key)\(below).mean"] = Meaning(.bytes) { planned($0)?.moments.map { "\($0.mean)" } }
            meanings["\(key)\(below).std_dev"] = Meaning(.bytes) { planned($0)?.moments.map { "\($0.deviation)" } }
        }
        return meanings
    }
}

extension SizeDistribution {
    var only: ByteCount? { if case .fixed(let size) = self { size } else { nil } }

    var shape: String {
        switch self {
        case .fixed: "fixed"
        case .uniform: "uniform"
        case .lognormal: "lognormal"
        }
    }

    var bounds: (minimum: ByteCount, maximum: ByteCount)? {
        switch self {
        case .fixed(let size): (size, size)
        case .uniform(let minimum, let maximum), .lognormal(_, _, let minimum, let maximum): (minimum, maximum)
        }
    }

    var moments: (mean: Double, deviation: Double)? {
        if case .lognormal(let mean, let deviation, _, _) = self { (mean, deviation) } else { nil }
    }
}
