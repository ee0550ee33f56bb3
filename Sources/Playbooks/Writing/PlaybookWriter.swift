import Plans
import Vocabulary

/// Takes a plan apart into the sections that it came from.
struct PlaybookWriter {
    let plan: Plan
    /// Whether `TOKEN: x` of an agent's environment is written as `TOKEN: ${TOKEN}`.
    var hidesSecrets = true

    var agents: [AgentPlan] { plan.agents }
    var first: AgentPlan { plan.agents[0] }
    var loads: [LoadWork] { agents.flatMap { $0.loads } }
    /// The target of all agents that have none of their own.
    private var target: String? { agents.allSatisfy { $0.target == first.target } ? first.target : nil }

    var root: YAMLText {
        let load = loads.first
        return .pairs([
            "target": target.map(YAMLText.text), "concurrency": workers(of: first).map { .number($0) },
            "warmup_period": load.map { .duration($0.warmup) }, "page_cache_mode": load.map { .scalar($0.pageCache.rawValue) },
            "error_handling": load.map { errors($0.errors) }, "io_rate": load?.rate.map(rate),
            "range_engine": load.map { ranges($0.ranges) }, "verify": load.map { .scalar($0.verification.rawValue) },
            "dynamic_put_pool": load.map { .boolean($0.dynamicPutPool) },
            "processes": first.processes.count.map { .number($0) } ?? .scalar("auto"),
            "processing_mode": .scalar(first.processes.mode.rawValue), "cache_checkpoint_interval_secs": .duration(first.ledgerInterval),
            "operation_timeout": .duration(first.operationTimeout),
            "op_log_path": operationLog.map(YAMLText.text), "perf_log": performanceLog, "workload": workload, "prepare": prepare,
            "distributed": distributed,
        ])
    }

    private var operationLog: String? {
        first.operationLog.map { path in
            // The agent's id stands before the ending.
            path.lastRange(of: "-\(first.id.text)").map { path.without($0) } ?? path
        }
    }

    private var performanceLog: YAMLText {
        guard let log = plan.performanceLog else { return .pairs(["enabled": .boolean(false)]) }
        return .pairs(["path": .text(log.path), "interval": .duration(log.interval)])
    }

    private func errors(_ policy: ErrorPolicy) -> YAMLText {
        .pairs([
            "max_total_errors": .number(policy.maximumTotalErrors), "error_rate_threshold": .number(policy.rateThreshold),
            "error_rate_window": .duration(policy.rateWindow), "backoff_duration": .duration(policy.backoff),
            "retry_on_error": .boolean(policy.retriesOnError), "max_retries": .number(policy.retries.maximum),
            "initial_retry_delay_ms": .number(Int(policy.retries.initialDelay.inSeconds * 1000)),
            "max_retry_delay_ms": .number(Int(policy.retries.maximumDelay.inSeconds * 1000)),
            "retry_backoff_multiplier": .number(policy.retries.multiplier), "retry_jitter_factor": .number(policy.retries.jitter),
        ])
    }

    private func rate(_ rate: LoadRate) -> YAMLText {
        .pairs(["iops": .number(rate.operationsPerSecond), "distribution": .scalar(rate.distribution.rawValue)])
    }

    private func ranges(_ ranges: RangePolicy) -> YAMLText {
        .pairs([
            "enabled": .boolean(ranges.isEnabled), "chunk_size": .bytes(ranges.chunkSize),
            "max_concurrent_ranges": .number(ranges.maximumConcurrentRanges), "min_split_size": .bytes(ranges.minimumSplitSize),
            "range_timeout_secs": .duration(ranges.timeout),
        ])
    }

    func workers(of agent: AgentPlan) -> Int? { agent.workers }

    func sizes(_ sizes: SizeDistribution) -> YAMLText {
        switch sizes {
        case .fixed(let size): .pairs(["type": .scalar("fixed"), "size": .bytes(size)])
        case .uniform(let least, let most): .pairs(["type": .scalar("uniform"), "min": .bytes(least), "max": .bytes(most)])
        case .lognormal(let mean, let deviation, let least, let most):
            .pairs([
                "type": .scalar("lognormal"), "mean": .number(Int(mean)), "std_dev": .number(Int(deviation)), "min": .bytes(least),
                "max": .bytes(most),
            ])
        }
    }
}

extension AgentPlan {
    var loads: [LoadWork] { stages.compactMap { stage in if case .load(let work) = stage.work { work } else { nil } } }
    var prepares: [PrepareWork] { stages.compactMap { stage in if case .prepare(let work) = stage.work { work } else { nil } } }
    var cleanups: [CleanupWork] { stages.compactMap { stage in if case .cleanup(let work) = stage.work { work } else { nil } } }
    var workers: Int? { loads.first?.workers ?? prepares.first?.workers ?? cleanups.first?.workers }

    /// What the agent has on the storage: the same in every one of its stages.
    var storage: (sets: [ObjectSet], trees: [DirectoryTree]) {
        if let work = prepares.first { return (work.sets, work.trees) }
        if let work = cleanups.first { return (work.sets, work.trees) }
        return loads.first.map { ($0.knownSets, $0.knownTrees) } ?? ([], [])
    }
}

extension String {
    fileprivate func lastRange(of text: String) -> Range<Index>? { ranges(of: text).last }
    fileprivate func without(_ range: Range<Index>) -> String { String(self[..<range.lowerBound] + self[range.upperBound...]) }
}
