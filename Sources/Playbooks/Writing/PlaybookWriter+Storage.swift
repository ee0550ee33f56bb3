import Plans
import Vocabulary

extension PlaybookWriter {
    /// A URI of an agent's as it can be written for all: below wherever each works, or whole without the agent's own folder.
    private func path(_ uri: String, spreads: Bool, of agent: AgentPlan) -> (path: String, usesEndpoints: Bool?) {
        let base = spreads ? agent.endpoints?.uris[0] : agent.target ?? agent.endpoints?.uris[0]
        if let base, uri.hasPrefix(base + agent.folder) {
            let rest = String(uri.dropFirst((base + agent.folder).utf8.count))
            return (rest, agent.endpoints == nil || spreads ? nil : false)
        }
        guard !agent.folder.isEmpty, let range = uri.firstRange(of: "/" + agent.folder) else { return (uri, nil) }
        return (String(uri[..<range.lowerBound] + "/" + uri[range.upperBound...]), nil)
    }

    /// Whoever has endpoints tells most of what is written about them.
    private var teller: Int { agents.firstIndex { $0.endpoints != nil } ?? 0 }

    var workload: YAMLText? {
        guard let work = agents[teller].loads.first else { return nil }
        return .list(work.operations.map { operation($0, of: work) })
    }

    private func operation(_ operation: LoadOperation, of work: LoadWork) -> YAMLText {
        var uri = operation.uri
        let hasPool = work.knownSets.contains { $0.namePrefix.hasPrefix("deletable-") }
        if operation.kind == .delete, hasPool { uri = uri.replacing("deletable-", with: "prepared-") }
        let written = path(uri, spreads: operation.spreads, of: agents[teller])
        let isPut = operation.kind == .put
        return .pairs([
            "op": .scalar(operation.kind.rawValue), "path": .text(written.path), "weight": .number(operation.weight),
            "concurrency": operation.concurrency.map { .number($0) }, "size_spec": operation.sizes.map(sizes),
            "dedup_factor": isPut ? .number(operation.dedupFactor) : nil,
            "compress_factor": isPut ? .number(operation.compressFactor) : nil,
            "range": operation.part.map { .bytes($0.length) }, "offsets": operation.part.map { .scalar($0.offsets.rawValue) },
            "recursive": operation.kind == .rmdir ? .boolean(operation.recursive) : nil,
            "use_multi_endpoint": written.usesEndpoints.map { .boolean($0) },
        ])
    }

    var prepare: YAMLText? {
        let (sets, trees) = agents[teller].storage
        let made = sets.filter { $0.namePrefix.hasPrefix("prepared-") }
        let work = first.prepares.first
        let mode = first.cleanups.first?.mode
        guard !made.isEmpty || !trees.isEmpty || work != nil || mode != nil else { return nil }
        return .pairs([
            "prepare_strategy": work.map { .scalar($0.strategy.rawValue) }, "post_prepare_delay": work.map { .duration($0.delayAfter) },
            "skip_verification": work.map { .boolean($0.skipVerification) }, "force_overwrite": work.map { .boolean($0.forceOverwrite) },
            "key_prefix_shards": sets.first.map { .number($0.keyPrefixShards) }, "cleanup_mode": mode.map { .scalar($0.rawValue) },
            "ensure_objects": .list(entries(made, trees)), "directory_structure": trees.first.map { tree($0, isOnly: trees.count == 1) },
        ])
    }

    /// The sets at the places from which their seeds come; trees that several sets led to stand in the places between.
    private func entries(_ sets: [ObjectSet], _ trees: [DirectoryTree]) -> [YAMLText] {
        var hosts = trees.count > 1 ? trees : []
        var entries: [YAMLText] = []
        for set in sets {
            while entries.count < 100_000, stableHash("\(plan.name)/set/\(entries.count)") != set.seed {
                entries.append(hosts.isEmpty ? .pairs(["count": .number(0)]) : host(hosts.removeFirst()))
            }
            let written = path(set.base, spreads: set.spreads, of: agents[teller])
            entries.append(
                .pairs([
                    "base_uri": written.path.isEmpty ? nil : .text(written.path), "count": .number(set.count),
                    "size_spec": sizes(set.sizes),
                    "fill": .scalar(set.fill.rawValue), "dedup_factor": .number(set.dedupFactor),
                    "compress_factor": .number(set.compressFactor), "use_multi_endpoint": written.usesEndpoints.map { .boolean($0) },
                ]))
        }
        return entries + hosts.map(host)
    }

    private func host(_ tree: DirectoryTree) -> YAMLText {
        let written = path(tree.base, spreads: tree.spreads, of: agents[teller])
        return .pairs([
            "base_uri": written.path.isEmpty ? nil : .text(written.path), "count": .number(0), "size_spec": sizes(tree.sizes),
            "fill": .scalar(tree.fill.rawValue), "dedup_factor": .number(tree.dedupFactor),
            "compress_factor": .number(tree.compressFactor), "use_multi_endpoint": written.usesEndpoints.map { .boolean($0) },
        ])
    }

    private func tree(_ tree: DirectoryTree, isOnly: Bool) -> YAMLText {
        let written = path(tree.base, spreads: tree.spreads, of: agents[teller])
        return .pairs([
            "base_uri": isOnly ? .text(written.path.isEmpty ? tree.base.replacingFolder(of: agents[teller]) : written.path) : nil,
            "width": .number(tree.width), "depth": .number(tree.depth), "files_per_dir": .number(tree.filesPerDirectory),
            "distribution": .scalar(tree.distribution.rawValue), "dir_mask": .text(tree.directoryMask),
            "size_spec": isOnly ? sizes(tree.sizes) : nil, "fill": isOnly ? .scalar(tree.fill.rawValue) : nil,
            "dedup_factor": isOnly ? .number(tree.dedupFactor) : nil, "compress_factor": isOnly ? .number(tree.compressFactor) : nil,
        ])
    }
}

extension String {
    /// A whole URI without the agent's own folder behind its target.
    fileprivate func replacingFolder(of agent: AgentPlan) -> String {
        agent.folder.isEmpty || !hasSuffix(agent.folder) ? self : String(dropLast(agent.folder.count))
    }
}
