import Plans
import Vocabulary

extension StageWork {
    var json: JSON {
        switch self {
        case .validation: ["type": "validation"]
        case .prepare(let work):
            [
                "type": "prepare", "strategy": .string(work.strategy.rawValue), "workers": .integer(work.workers),
                "skip_verification": .bool(work.skipVerification), "force_overwrite": .bool(work.forceOverwrite),
                "post_prepare_delay_s": work.delayAfter.json,
            ]
        case .load(let work): work.json
        case .cleanup(let work): ["type": "cleanup", "mode": .string(work.mode.rawValue), "workers": .integer(work.workers)]
        case .replay(let work): ["type": "replay", "log": .string(work.log), "workers": .integer(work.workers)]
        case .custom(let work):
            .object([
                "type": "custom", "command": .string(work.command), "args": .strings(work.arguments),
                "working_dir": work.workingDirectory.map(JSON.string),
            ])
        }
    }
}

extension LoadWork {
    var json: JSON {
        .object([
            "type": "load", "duration_s": duration.map(\.json), "task_limit": taskLimit.map { .integer(Int64(clamping: $0)) },
            "warmup_s": warmup.json, "workers": .integer(workers), "page_cache": .string(pageCache.rawValue),
            "operation_timeout_s": operationTimeout.json, "errors": errors.json, "rate": rate.map(\.json), "ranges": ranges.json,
            "path_selection": pathSelection.json, "dynamic_put_pool": .bool(dynamicPutPool), "verify": .string(verification.rawValue),
            "operations": .array(operations.map(\.json)),
        ])
    }
}

extension LoadOperation {
    var json: JSON {
        .object([
            "op": .string(kind.rawValue), "uri": .string(uri), "weight": .number(weight), "sizes": sizes.map(\.json),
            "concurrency": concurrency.map { .integer($0) }, "recursive": kind == .rmdir ? .bool(recursive) : nil,
            "dedup_factor": kind == .put ? .integer(dedupFactor) : nil, "compress_factor": kind == .put ? .integer(compressFactor) : nil,
            "range_bytes": part.map { .integer($0.length.bytes) }, "offsets": part.map { .string($0.offsets.rawValue) },
            "over_endpoints": .bool(spreads),
        ])
    }
}

extension ErrorPolicy {
    var json: JSON {
        [
            "max_total": .integer(maximumTotalErrors), "rate_threshold": .number(rateThreshold), "rate_window_s": rateWindow.json,
            "backoff_s": backoff.json, "retries": .integer(retriesOnError ? retries.maximum : 0),
            "retry_delay_s": retries.initialDelay.json, "retry_max_delay_s": retries.maximumDelay.json,
            "retry_multiplier": .number(retries.multiplier), "retry_jitter": .number(retries.jitter),
        ]
    }
}

extension LoadRate {
    var json: JSON {
        [
            "operations_per_second": .integer(operationsPerSecond), "distribution": .string(distribution.rawValue), "share": share.json,
        ]
    }
}

extension RangePolicy {
    var json: JSON {
        [
            "enabled": .bool(isEnabled), "chunk_bytes": .integer(chunkSize.bytes), "at_once": .integer(maximumConcurrentRanges),
            "min_split_bytes": .integer(minimumSplitSize.bytes), "timeout_s": timeout.json,
        ]
    }
}

extension PathSelection {
    var json: JSON {
        switch self {
        case .random: ["kind": "random"]
        case .partitioned(let share, let overlap): ["kind": "partitioned", "share": share.json, "overlap": .number(overlap)]
        case .exclusive(let share): ["kind": "exclusive", "share": share.json]
        case .weighted(let share, let overlap): ["kind": "weighted", "share": share.json, "overlap": .number(overlap)]
        }
    }
}
