import Plans
import Vocabulary

extension Planner {
    /// Checks the workload as a whole, for one agent: its weights, and whether what it reads is ever made.
    func checkWorkload(storage: StorageLayout, operations: [LoadOperation?]) {
        guard let sections = playbook.workload, !sections.isEmpty, let list = workloadCursor else { return }
        if sections.allSatisfy({ $0.weight == 0 }) {
            list.fail("every weight is 0", fix: "give at least one operation a weight above 0")
        }
        checkDeletes(sections, at: list)
        if let agent = storage.agents.first { checkPatterns(sections, operations, storage: storage, agent: agent) }
    }

    var workloadCursor: Cursor? {
        guard case .mapping(let pairs) = playbook.cursor.value.content, let pair = pairs.first(where: { $0.key == "workload" }) else {
            return nil
        }
        return Cursor(value: YAMLValue(content: pair.value.content, mark: pair.keyMark), path: "workload", reading: reading)
    }

    private func checkDeletes(_ sections: [OperationSection], at list: Cursor) {
        func weight(_ kind: OperationKind) -> Double { sections.filter { $0.kind == kind }.reduce(0) { $0 + $1.weight } }
        guard weight(.delete) > weight(.put), let first = sections.first(where: { $0.kind == .delete }) else { return }
        let what = "DELETE outweighs PUT (\(short(weight(.delete))) to \(short(weight(.put)))): the objects run out"
        let fix = "a PUT weight of at least \(short(weight(.delete)))"
        if reading.strict { first.cursor.fail(what, fix: fix) } else { first.cursor.warn(what, fix: fix) }
    }

    /// A pattern into a folder that prepare fills, and that fits nothing which is put there, is wrong; elsewhere it may mean what lies there.
    private func checkPatterns(
        _ sections: [OperationSection], _ operations: [LoadOperation?], storage: StorageLayout, agent: PlannedAgent
    ) {
        let sets = storage.sets[agent.id] ?? []
        let trees = storage.trees[agent.id] ?? []
        // Beyond that many comparisons a check is no longer quick, and no longer read by anybody.
        guard !sets.isEmpty || !trees.isEmpty, sets.count * sections.count <= 1_000_000 else { return }
        let puts = operations.compactMap(\.self).filter { $0.kind == .put }.map {
            $0.uri.contains("{}") ? $0.uri.replacing("{}", with: "1") : $0.uri + "obj_1"
        }
        for (section, operation) in zip(sections, operations) {
            guard let operation, [.get, .stat, .delete].contains(operation.kind) else { continue }
            let folder = operation.uri.prefix(while: { $0 != "*" })
            let root = folder[...(folder.lastIndex(of: "/") ?? folder.startIndex)]
            let isMade =
                sets.contains { set in set.nameTemplates.contains { fits(operation.uri, $0) } }
                || trees.contains { root.hasPrefix($0.base) || $0.base.hasPrefix(root) } || puts.contains { fits(operation.uri, $0) }
            if !isMade { tell(section, of: sets.first { $0.base == root }) }
        }
    }

    private func tell(_ section: OperationSection, of set: ObjectSet?) {
        guard let set else {
            let fix = "a path below what prepare makes, unless it is there already"
            return section.path.at.warn("fits nothing that prepare makes, and is read as it lies there", fix: fix)
        }
        let path = section.path.value
        let folder = path.prefix(while: { $0 != "*" })
        let proposal = folder[..<(folder.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)] + set.namePrefix + "*.dat"
        let what = "fits nothing that prepare makes in \(set.base): its objects are called \(set.namePrefix)00000000.dat and so on"
        let fix = "path: \"\(proposal)\""
        if reading.lenient { section.path.at.warn(what, fix: fix) } else { section.path.at.fail(what, fix: fix) }
    }

    private func short(_ weight: Double) -> String {
        weight == weight.rounded() && weight < 1e15 ? "\(Int(weight))" : "\(weight)"
    }
}
