import Plans
import Vocabulary

/// What lies where, for whom: every agent's object sets, trees and operations with absolute URIs and shares.
struct StorageLayout {
    let playbook: Playbook
    let agents: [PlannedAgent]
    let name: String
    /// Every agent works in a place of its own, so each makes all of it.
    let apart: Bool
    private(set) var sets: [AgentID: [ObjectSet]] = [:]
    private(set) var trees: [AgentID: [DirectoryTree]] = [:]

    init(playbook: Playbook, agents: [PlannedAgent], name: String, apart: Bool) {
        self.playbook = playbook
        self.agents = agents
        self.name = name
        self.apart = apart
        guard let prepare = playbook.prepare else { return }
        var earlier: [String: Int] = [:]
        for (index, section) in prepare.sets.enumerated() {
            check(section, in: prepare)
            if section.count > 0 { add(section, index: index, shards: prepare.keyPrefixShards, earlier: &earlier) }
        }
        addTrees(prepare)
    }

    /// Objects and files over all agents.
    var totalObjects: Int {
        let objects = sets.values.joined().reduce(0) { $0 + $1.share.portion(of: $1.count) }
        return objects + trees.values.joined().reduce(0) { $0 + ($1.fileShare?.portion(of: $1.fileCount) ?? 0) }
    }

    /// The absolute URI of a folder for one agent; nil, and a problem, where it is relative to nothing.
    func folder(_ written: Located<String>?, usesEndpoints: Bool?, at cursor: Cursor, for agent: PlannedAgent) -> String? {
        guard let written else {
            if let base = base(of: agent, usesEndpoints: usesEndpoints) { return base + agent.folder }
            if !playbook.cursor.hasKey("target") {
                cursor.fail("there is neither a base_uri nor a target", fix: "target: \"file:///path/to/folder/\"")
            }
            return nil
        }
        guard let uri = uri(written, usesEndpoints: usesEndpoints, for: agent) else { return nil }
        return uri.hasSuffix("/") ? uri : uri + "/"
    }

    /// The absolute URI that a path or URI means for one agent.
    func uri(_ written: Located<String>, usesEndpoints: Bool?, for agent: PlannedAgent) -> String? {
        if TargetURI.scheme(of: written.value) != nil {
            return TargetURI.check(written) ? place(written.value, for: agent) : nil
        }
        guard TargetURI.staysInside(written.value, at: written.at) else { return nil }
        guard let base = base(of: agent, usesEndpoints: usesEndpoints) else {
            // A target that is written and wrong is told of at its own place.
            if !playbook.cursor.hasKey("target") {
                written.at.fail("a relative path, and there is no target", fix: "target: \"file:///path/to/folder/\"")
            }
            return nil
        }
        return base + agent.folder + written.value.drop(while: { $0 == "/" })
    }

    private func base(of agent: PlannedAgent, usesEndpoints: Bool?) -> String? {
        usesEndpoints == false ? agent.target ?? agent.endpoint : agent.endpoint ?? agent.target
    }

    /// An absolute URI with the agent's own target in place of the common one, and its folder behind that.
    private func place(_ uri: String, for agent: PlannedAgent) -> String {
        let common = playbook.target?.value
        for root in [common.map { $0.hasSuffix("/") ? $0 : $0 + "/" }, agent.target].compactMap({ $0 }) {
            if uri.hasPrefix(root) || uri + "/" == root { return (agent.target ?? root) + agent.folder + uri.dropFirst(root.count) }
        }
        guard !agent.folder.isEmpty else { return uri }
        let bases = (playbook.prepare?.sets.compactMap { $0.base?.value } ?? []) + [playbook.prepare?.tree?.base?.value].compactMap { $0 }
        for base in bases where TargetURI.scheme(of: base) != nil {
            let root = base.hasSuffix("/") ? base : base + "/"
            if uri.hasPrefix(root) || uri + "/" == root { return root + agent.folder + uri.dropFirst(root.count) }
        }
        let fixed = uri.prefix(while: { $0 != "*" && $0 != "{" })
        guard let slash = fixed.lastIndex(of: "/") else { return uri }
        let rest = uri[uri.index(after: slash)...]
        return uri[...slash] + agent.folder + rest
    }

    private func check(_ section: ObjectSetSection, in prepare: PrepareSection) {
        if section.count == 0, prepare.tree == nil {
            section.cursor.warn("makes nothing: it has no count, and there is no directory_structure", fix: "count: 1000")
        }
        if section.usesEndpoints?.value == true, playbook.endpoints == nil,
            playbook.distributed?.agents.contains(where: { $0.endpoints != nil }) != true
        {
            section.usesEndpoints?.at.fail("there is no multi_endpoint", fix: "leave it out")
        }
    }

    /// Sets in one folder must not share names: the second's begin with `prepared-2-`.
    private mutating func add(_ section: ObjectSetSection, index: Int, shards: Int, earlier: inout [String: Int]) {
        let bases = agents.map { folder(section.base, usesEndpoints: section.usesEndpoints?.value, at: section.cursor, for: $0) }
        let place = bases.first.flatMap { $0 } ?? ""
        earlier[place, default: 0] += 1
        let ordinal = earlier[place] == 1 ? "" : "\(earlier[place] ?? 1)-"
        for (agent, share) in zip(agents, shares(of: bases)) {
            guard let base = bases[agent.number - 1] else { continue }
            var set = ObjectSet(
                base: base, count: section.count, sizes: section.sizes, fill: section.fill, dedupFactor: section.dedupFactor,
                compressFactor: section.compressFactor, namePrefix: "prepared-\(ordinal)",
                keyPrefixShards: shards, seed: stableHash("\(name)/set/\(index)"), share: share)
            sets[agent.id, default: []].append(set)
            if needsPool(for: set, of: agent) {
                set.namePrefix = "deletable-\(ordinal)"
                set.seed = stableHash("\(name)/pool/\(index)")
                sets[agent.id, default: []].append(set)
            }
        }
    }

    private mutating func addTrees(_ prepare: PrepareSection) {
        guard let tree = prepare.tree, TreeSection.directories(width: tree.width, depth: tree.depth) != nil else { return }
        let hosts = prepare.sets.filter { $0.count == 0 }
        if hosts.isEmpty || tree.base != nil {
            add(tree, base: tree.base, usesEndpoints: nil, sizes: tree.sizes, fill: tree.fill, index: 0)
        } else {
            for (index, host) in hosts.enumerated() {
                add(
                    tree, base: host.base, usesEndpoints: host.usesEndpoints?.value, sizes: tree.sizes ?? host.sizes, fill: host.fill,
                    index: index)
            }
        }
    }

    private mutating func add(
        _ tree: TreeSection, base: Located<String>?, usesEndpoints: Bool?, sizes: SizeDistribution?, fill: Fill, index: Int
    ) {
        let bases = agents.map { folder(base, usesEndpoints: usesEndpoints, at: tree.cursor, for: $0) }
        let mode = playbook.distributed?.treeMode?.value ?? .concurrent
        for (agent, share) in zip(agents, shares(of: bases)) {
            guard let base = bases[agent.number - 1] else { continue }
            let makesDirectories = share.index == 0 || mode == .concurrent || mode == .isolated
            let makesFiles = share.index == 0 || mode != .controller
            let fileShare = mode == .controller ? Share.whole : share
            trees[agent.id, default: []].append(
                DirectoryTree(
                    base: base, width: tree.width, depth: tree.depth, filesPerDirectory: tree.filesPerDirectory,
                    distribution: tree.distribution, directoryMask: tree.mask, sizes: sizes ?? .fixed(.mebibytes(1)), fill: fill,
                    seed: stableHash("\(name)/tree/\(index)"), directoryShare: makesDirectories ? .whole : nil,
                    fileShare: makesFiles ? fileShare : nil))
        }
    }

    /// Each agent's part: of what several agents have in one place each makes every nth, of what is its own all.
    private func shares(of bases: [String?]) -> [Share] {
        var counts: [String: Int] = [:]
        for base in bases { counts[base ?? "", default: 0] += 1 }
        var next: [String: Int] = [:]
        return bases.map { base in
            if apart { return .whole }
            let key = base ?? ""
            defer { next[key, default: 0] += 1 }
            return Share(index: next[key, default: 0], count: counts[key] ?? 1)
        }
    }
}

extension DirectoryTree {
    /// Files of the whole tree.
    var fileCount: Int {
        var bottom = 1
        for _ in 0..<depth { bottom *= width }
        let directories = distribution == .bottom ? bottom : TreeSection.directories(width: width, depth: depth) ?? 0
        return directories.multipliedReportingOverflow(by: filesPerDirectory).partialValue
    }
}
