import Plans
import Playbooks
import Vocabulary

extension AgentPlan {
    /// What lies on the storage stands once beside the stages, which all work on it.
    var json: JSON {
        let (sets, trees) = storage
        return .object([
            "id": .string(id.text), "number": .integer(number), "reach": reach.json, "target": target.map(JSON.string),
            "folder": .string(folder), "endpoints": endpoints.map(\.json), "workers": workers.map { .integer($0) },
            "environment": .members(environment.sorted { $0.key < $1.key }.map { JSON.Member($0, .string(isSecretName($0) ? "•••" : $1)) }),
            "ledger_directory": ledgerDirectory.map(JSON.string), "ledger_interval_s": ledgerInterval.json,
            "operation_timeout_s": operationTimeout.json,
            "operation_log": operationLog.map(JSON.string),
            "processes": .object(["count": processes.count.map { .integer($0) } ?? "auto", "mode": .string(processes.mode.rawValue)]),
            "volumes": .strings(volumes.map(\.text)), "ports": .strings(ports.map(\.text)), "sets": .array(sets.map(\.json)),
            "trees": .array(trees.map(\.json)),
            "stages": .array(
                stages.map { ["order": .integer($0.order.number), "name": .string($0.name), "work": $0.work.json] }),
        ])
    }
}

extension Endpoints {
    var json: JSON { ["strategy": .string(strategy.rawValue), "uris": .strings(uris)] }
}

extension Reach {
    var json: JSON {
        switch self {
        case .local: return ["kind": "local"]
        case .listen(let host, let port): return ["kind": "listen", "host": .string("\(host)"), "port": .integer(port)]
        case .ssh(let to):
            let (keys, file) = to.hostKeys.words
            return .object([
                "kind": "ssh", "host": .string("\(to.host)"), "port": to.port.map { .integer($0) }, "user": to.user.map(JSON.string),
                "key_path": to.keyPath.map(JSON.string), "timeout_s": to.connectTimeout.map(\.json), "host_keys": .string(keys),
                "known_hosts": file.map(JSON.string), "proxy_jump": to.proxyJump.map(JSON.string),
            ])
        }
    }
}

extension ObjectSet {
    var json: JSON {
        [
            "base": .string(base), "count": .integer(count), "sizes": sizes.json, "fill": .string(fill.rawValue),
            "dedup_factor": .integer(dedupFactor), "compress_factor": .integer(compressFactor), "name_prefix": .string(namePrefix),
            "key_prefix_shards": .integer(keyPrefixShards), "share": share.json, "over_endpoints": .bool(spreads),
        ]
    }
}

extension DirectoryTree {
    var json: JSON {
        .object([
            "base": .string(base), "width": .integer(width), "depth": .integer(depth), "files_per_dir": .integer(filesPerDirectory),
            "distribution": .string(distribution.rawValue), "dir_mask": .string(directoryMask), "sizes": sizes.json,
            "fill": .string(fill.rawValue), "dedup_factor": .integer(dedupFactor), "compress_factor": .integer(compressFactor),
            "directory_share": directoryShare.map(\.json), "file_share": fileShare.map(\.json), "over_endpoints": .bool(spreads),
        ])
    }
}

extension Share {
    var json: JSON { ["index": .integer(index), "of": .integer(count)] }
}

extension SizeDistribution {
    var json: JSON {
        switch self {
        case .fixed(let size): ["type": "fixed", "bytes": .integer(size.bytes)]
        case .uniform(let least, let most): ["type": "uniform", "min_bytes": .integer(least.bytes), "max_bytes": .integer(most.bytes)]
        case .lognormal(let mean, let deviation, let least, let most):
            [
                "type": "lognormal", "mean_bytes": .number(mean), "std_dev_bytes": .number(deviation), "min_bytes": .integer(least.bytes),
                "max_bytes": .integer(most.bytes),
            ]
        }
    }
}
