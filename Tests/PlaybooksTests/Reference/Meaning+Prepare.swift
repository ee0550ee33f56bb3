import Plans
import Vocabulary

extension Meaning {
    /// Keys of `prepare`.
    static let prepare: [String: Meaning] = [
        "prepare.prepare_strategy": Meaning(.word()) { $0.common($0.prepares.map(\.strategy.rawValue)) },
        "prepare.post_prepare_delay": .seconds { $0.common($0.prepares.map(\.delayAfter)) },
        "prepare.skip_verification": .boolean { $0.common($0.prepares.map(\.skipVerification)) },
        "prepare.force_overwrite": .boolean { $0.common($0.prepares.map(\.forceOverwrite)) },
        "prepare.key_prefix_shards": .number { $0.set?.keyPrefixShards },
        "prepare.cleanup": .boolean { place in
            // Written stages say themselves whether there is a cleanup.
            place.isWritten("distributed.stages") ? nil : place.plan.stages.contains { $0.type == .cleanup }
        },
        "prepare.cleanup_mode": Meaning(.word(["besteffort": "best_effort"])) { $0.common($0.cleanups.map(\.mode.rawValue)) },
        "prepare.cleanup_only": .boolean { place in
            place.plan.stages.contains { $0.type == .cleanup }
                && place.plan.stages.allSatisfy { [.validation, .cleanup].contains($0.type) }
        },
        "prepare.ensure_objects": Meaning(.text) { place in place.set == nil ? "[]" : nil },
        "prepare.ensure_objects[].base_uri": Meaning(.folder, base),
        "prepare.ensure_objects[].count": .number { $0.set?.count },
        "prepare.ensure_objects[].min_size": .bytes { $0.set?.sizes.bounds?.minimum },
        "prepare.ensure_objects[].max_size": .bytes { $0.set?.sizes.bounds?.maximum },
        "prepare.ensure_objects[].fill": Meaning(.word()) { $0.set?.fill.rawValue },
        "prepare.ensure_objects[].dedup_factor": .number { $0.set?.dedupFactor },
        "prepare.ensure_objects[].compress_factor": .number { $0.set?.compressFactor },
        "prepare.ensure_objects[].use_multi_endpoint": .boolean { $0.set?.spreads },
    ]
    .merging(sizes(under: "prepare.ensure_objects[].size_spec") { $0.set?.sizes }) { first, _ in first }
    .merging(sizes(under: "prepare.ensure_objects[].size_distribution") { $0.set?.sizes }) { first, _ in first }
    .merging(tree(under: "prepare.tree")) { first, _ in first }
    .merging(tree(under: "prepare.directory_structure")) { first, _ in first }

    private static func base(_ place: Place) -> String? {
        guard let set = place.set, let agent = place.plan.agents.first else { return nil }
        return path(of: set.base, spreads: set.spreads, for: agent, as: place.written.text)
    }

    /// A folder as it was written: below the agent's place, or whole without the agent's own folder.
    private static func path(of uri: String, spreads: Bool, for agent: AgentPlan, as written: String) -> String {
        // Nothing written means the target or the endpoint itself.
        if ["null", "~", ""].contains(written) {
            let base = spreads ? agent.endpoints?.uris[0] : agent.target ?? agent.endpoints?.uris[0]
            return uri == (base ?? "") + agent.folder ? Spelling.folder.plain(written) : uri
        }
        let base = spreads ? agent.endpoints?.uris[0] : agent.target ?? agent.endpoints?.uris[0]
        if !written.contains("://"), let base, uri.hasPrefix(base + agent.folder) {
            return String(uri.dropFirst((base + agent.folder).count))
        }
        return agent.folder.isEmpty ? uri : uri.replacing("/" + agent.folder, with: "/")
    }

    private static func tree(under key: String) -> [String: Meaning] {
        [
            "\(key).base_uri": Meaning(.folder) { place in
                guard let tree = place.tree, let agent = place.plan.agents.first else { return nil }
                return path(of: tree.base, spreads: tree.spreads, for: agent, as: place.written.text)
            },
            "\(key).width": .number { $0.tree?.width },
            "\(key).depth": .number { $0.tree?.depth },
            "\(key).files_per_dir": .number { $0.tree?.filesPerDirectory },
            "\(key).distribution": Meaning(.word(["uniform": "all"])) { $0.tree?.distribution.rawValue },
            "\(key).dir_mask": Meaning(.text) { $0.tree?.directoryMask },
            "\(key).fill": Meaning(.word()) { $0.tree?.fill.rawValue },
            "\(key).dedup_factor": .number { $0.tree?.dedupFactor },
            "\(key).compress_factor": .number { $0.tree?.compressFactor },
        ]
        .merging(sizes(under: "\(key).size_spec") { $0.tree?.sizes }) { first, _ in first }
        .merging(sizes(under: "\(key).size_distribution") { $0.tree?.sizes }) { first, _ in first }
    }
}
