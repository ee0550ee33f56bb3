import Plans
import Vocabulary

/// What lies where, for whom: every agent's object sets, trees and operations with absolute URIs and shares.
struct StorageLayout {
    let playbook: Playbook
    let agents: [PlannedAgent]
    let name: String
    /// Every agent works in a place of its own, so each makes all of it.
    let apart: Bool
    let places: StoragePlaces
    /// Whether DELETE draws from objects of its own: where it would otherwise take away what GET and STAT read.
    let hasPools: Bool
    private(set) var sets: [AgentID: [ObjectSet]] = [:]
    private(set) var trees: [AgentID: [DirectoryTree]] = [:]
    /// For each agent the patterns of its DELETEs that draw from what prepare makes.
    private var deletePatterns: [AgentID: [String]] = [:]

    init(playbook: Playbook, agents: [PlannedAgent], name: String, apart: Bool) {
        self.playbook = playbook
        self.agents = agents
        self.name = name
        self.apart = apart
        places = StoragePlaces(playbook: playbook, agents: agents, apart: apart)
        hasPools = playbook.prepare?.sets.contains { $0.count > 0 } == true && Self.wantsPools(playbook.workload ?? [])
        if hasPools { deletePatterns = Dictionary(agents.map { ($0.id, patterns(ofDeletesBy: $0)) }) { first, _ in first } }
        guard let prepare = playbook.prepare else { return }
        var earlier: [String: Int] = [:]
        for (index, section) in prepare.sets.enumerated() {
            check(section, in: prepare)
            if !prepare.isTreeFiles(section) { add(section, index: index, shards: prepare.keyPrefixShards, earlier: &earlier) }
        }
        addTrees(prepare)
    }

    /// Objects and files over all agents.
    var totalObjects: Int {
        let objects = sets.values.joined().reduce(0) { $0 + $1.share.portion(of: $1.count) }
        return objects + trees.values.joined().reduce(0) { $0 + ($1.fileShare?.portion(of: $1.fileCount) ?? 0) }
    }

    /// Patterns of DELETE that are compared with each set.
    private static let mostPatterns = 100

    private static func wantsPools(_ operations: [OperationSection]) -> Bool {
        operations.contains { $0.kind == .delete && $0.weight > 0 && $0.path.value.contains("prepared-") }
            && operations.contains { ($0.kind == .get || $0.kind == .stat) && $0.weight > 0 }
    }

    private func patterns(ofDeletesBy agent: PlannedAgent) -> [String] {
        (playbook.workload ?? []).compactMap { section in
            guard section.kind == .delete, section.path.value.contains("prepared-") else { return nil }
            return places.place(section.path, usesEndpoints: section.usesEndpoints?.value, for: agent)?.uri
        }
    }

    private func check(_ section: ObjectSetSection, in prepare: PrepareSection) {
        if section.count == 0, prepare.tree == nil {
            section.cursor.warn("makes nothing: it has no count, and there is no directory_structure", fix: "count: 1000")
        }
        let agentsOfEndpoints = playbook.distributed?.agents.contains(where: { $0.endpoints != nil }) == true
        if section.usesEndpoints?.value == true, playbook.endpoints == nil, !agentsOfEndpoints {
            section.usesEndpoints?.at.fail("there is no multi_endpoint", fix: "leave it out")
        }
        if apart, agentsOfEndpoints, let base = section.base, TargetURI.scheme(of: base.value) != nil, section.usesEndpoints?.value != false
        {
            base.at.warn(
                "is one folder for all agents, and each has endpoints of its own",
                fix: "leave base_uri out, or write a path below the endpoints")
        }
    }

    /// Sets in one folder must not share names: the second's begin with `prepared-2-`.
    private mutating func add(_ section: ObjectSetSection, index: Int, shards: Int, earlier: inout [String: Int]) {
        let bases = agents.map { places.folder(section.base, usesEndpoints: section.usesEndpoints?.value, at: section.cursor, for: $0) }
        let place = bases.first.flatMap { $0?.uri } ?? ""
        earlier[place, default: 0] += 1
        let ordinal = earlier[place] == 1 ? "" : "\(earlier[place] ?? 1)-"
        let seed = stableHash("\(name)/set/\(index)")
        for (agent, share) in zip(agents, shares(of: bases)) {
            guard let base = bases[agent.number - 1] else { continue }
            var set = ObjectSet(
                base: base.uri, count: section.count, sizes: section.sizes, fill: section.fill, dedupFactor: section.dedupFactor,
                compressFactor: section.compressFactor, namePrefix: "prepared-\(ordinal)",
                keyPrefixShards: shards, seed: seed, share: share)
            set.spreads = base.spreads
            sets[agent.id, default: []].append(set)
            if needsPool(for: set, of: agent) {
                set.namePrefix = "deletable-\(ordinal)"
                set.seed = stableHash("\(name)/pool/\(index)")
                sets[agent.id, default: []].append(set)
            }
        }
    }

    private func needsPool(for set: ObjectSet, of agent: PlannedAgent) -> Bool {
        guard hasPools, let patterns = deletePatterns[agent.id]?.prefix(Self.mostPatterns) else { return false }
        return patterns.contains { pattern in set.nameTemplates.contains { fits(pattern, $0) } }
    }

    private mutating func addTrees(_ prepare: PrepareSection) {
        guard let tree = prepare.tree, TreeSection.directories(width: tree.width, depth: tree.depth) != nil else { return }
        let hosts = prepare.sets.filter(prepare.isTreeFiles)
        if hosts.isEmpty || tree.base != nil {
            add(tree, base: tree.base, host: nil, index: 0)
        } else {
            for (index, host) in hosts.enumerated() { add(tree, base: host.base, host: host, index: index) }
        }
    }

    private mutating func add(_ tree: TreeSection, base: Located<String>?, host: ObjectSetSection?, index: Int) {
        let bases = agents.map { places.folder(base, usesEndpoints: host?.usesEndpoints?.value, at: tree.cursor, for: $0) }
        let mode = playbook.distributed?.treeMode?.value ?? .concurrent
        for (agent, share) in zip(agents, shares(of: bases)) {
            guard let base = bases[agent.number - 1] else { continue }
            let makesDirectories = share.index == 0 || mode == .concurrent || mode == .isolated
            let makesFiles = share.index == 0 || mode != .controller
            let fileShare = mode == .controller ? Share.whole : share
            var made = DirectoryTree(
                base: base.uri, width: tree.width, depth: tree.depth, filesPerDirectory: tree.filesPerDirectory,
                distribution: tree.distribution, directoryMask: tree.mask, sizes: tree.sizes ?? host?.sizes ?? .fixed(.mebibytes(1)),
                fill: tree.fill ?? host?.fill ?? .random, seed: stableHash("\(name)/tree/\(index)"),
                directoryShare: makesDirectories ? .whole : nil, fileShare: makesFiles ? fileShare : nil)
            made.dedupFactor = tree.dedupFactor ?? host?.dedupFactor ?? 1
            made.compressFactor = tree.compressFactor ?? host?.compressFactor ?? 1
            made.spreads = base.spreads
            trees[agent.id, default: []].append(made)
        }
    }

    /// Each agent's part: of what several agents have in one place each makes every nth, of what is its own all.
    private func shares(of bases: [StoragePlaces.Place?]) -> [Share] {
        guard !apart else { return bases.map { _ in .whole } }
        let keys = zip(agents, bases).map { agent, base in base.map { places.namespace(of: $0, for: agent) } ?? "" }
        var counts: [String: Int] = [:]
        for key in keys { counts[key, default: 0] += 1 }
        var next: [String: Int] = [:]
        return keys.map { key in
            defer { next[key, default: 0] += 1 }
            return Share(index: next[key, default: 0], count: counts[key] ?? 1)
        }
    }
}

extension PrepareSection {
    /// Whether a set says what the files of the directory structure are like: it has no count of its own, or the tree's.
    func isTreeFiles(_ set: ObjectSetSection) -> Bool {
        guard set.count > 0 else { return true }
        guard let tree, tree.base == nil else { return false }
        return set.count == tree.fileCount
    }
}

extension TreeSection {
    /// Files of the whole tree.
    var fileCount: Int {
        DirectoryTree.fileCount(width: width, depth: depth, distribution: distribution, filesPerDirectory: filesPerDirectory)
    }
}

extension DirectoryTree {
    /// Files of the whole tree.
    var fileCount: Int {
        Self.fileCount(width: width, depth: depth, distribution: distribution, filesPerDirectory: filesPerDirectory)
    }

    /// Directories of the whole tree.
    var directoryCount: Int { TreeSection.directories(width: width, depth: depth) ?? 0 }

    /// 0 where the tree would be beyond all bounds.
    static func fileCount(width: Int, depth: Int, distribution: Distribution, filesPerDirectory: Int) -> Int {
        guard let all = TreeSection.directories(width: width, depth: depth) else { return 0 }
        var bottom = 1
        for _ in 0..<depth { bottom *= width }
        return (distribution == .bottom ? bottom : all).multipliedReportingOverflow(by: filesPerDirectory).partialValue
    }
}

extension ObjectSet {
    /// The names that the set makes, with any digit of theirs as `anyDigit`: those under a key prefix, and those without.
    var nameTemplates: [String] {
        let number = String(repeating: anyDigit, count: 8)
        let shard = keyPrefixShards > 0 ? ["\(base)\(anyDigit)\(anyDigit)/\(namePrefix)\(number).dat"] : []
        return shard + ["\(base)\(namePrefix)\(number).dat"]
    }
}
