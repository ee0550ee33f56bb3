import Plans
import Vocabulary

extension StorageLayout {
    /// The workload as one agent performs it; entries that cannot be resolved are reported and left out.
    func operations(for agent: PlannedAgent) -> [LoadOperation] {
        (playbook.workload ?? []).compactMap { operation($0, for: agent) }
    }

    private func operation(_ section: OperationSection, for agent: PlannedAgent) -> LoadOperation? {
        guard checkPattern(of: section), var uri = uri(section.path, usesEndpoints: section.usesEndpoints?.value, for: agent) else {
            return nil
        }
        checkEndpoints(of: section)
        switch section.kind {
        case .get, .stat, .delete:
            if section.kind == .delete, hasPools { uri = uri.replacing("prepared-", with: "deletable-") }
        case .list:
            // What lists a folder is written as a glob in some of the reference documents' files.
            if let star = uri.firstIndex(of: "*") {
                uri = String(uri[..<(uri[..<star].lastIndex(of: "/").map { uri.index(after: $0) } ?? star)])
            }
        case .put, .mkdir, .rmdir: break
        }
        return LoadOperation(
            kind: section.kind, uri: uri, weight: section.weight, sizes: section.sizes, concurrency: section.concurrency,
            recursive: section.recursive)
    }

    private func checkEndpoints(of section: OperationSection) {
        guard let uses = section.usesEndpoints, uses.value, agents.allSatisfy({ $0.endpoint == nil }) else { return }
        if playbook.endpoints == nil { uses.at.fail("there is no multi_endpoint", fix: "leave it out") }
    }

    /// Braces and stars where the operation knows them, with the glob that would do.
    private func checkPattern(of section: OperationSection) -> Bool {
        let path = section.path.value
        let makesNames = section.kind == .put || section.kind == .mkdir
        let braced = makesNames ? path.replacing("{}", with: "") : path
        if braced.contains("{") || braced.contains("}") {
            let fix = makesNames ? "{} alone stands for a fresh number" : "path: \"\(withoutBraces(path))\""
            section.path.at.fail("brace expansions are not patterns", fix: fix)
            return false
        }
        if path.contains("*"), makesNames || section.kind == .rmdir {
            section.path.at.fail(
                "\(section.kind.rawValue) takes a prefix, not a pattern", fix: "path: \"\(path.prefix(while: { $0 != "*" }))\"")
            return false
        }
        return true
    }

    private func withoutBraces(_ path: String) -> String {
        var result = ""
        var depth = 0
        for character in path {
            if character == "{" {
                if depth == 0, result.last != "*" { result.append("*") }
                depth += 1
            } else if character == "}" {
                depth = max(0, depth - 1)
            } else if depth == 0 {
                result.append(character)
            }
        }
        return result
    }

    /// Whether DELETE draws from objects of its own: where it would otherwise take away what GET and STAT read.
    var hasPools: Bool {
        let operations = playbook.workload ?? []
        return operations.contains { $0.kind == .delete && $0.weight > 0 && $0.path.value.contains("prepared-") }
            && operations.contains { ($0.kind == .get || $0.kind == .stat) && $0.weight > 0 }
    }

    func needsPool(for set: ObjectSet, of agent: PlannedAgent) -> Bool {
        guard hasPools else { return false }
        return (playbook.workload ?? []).contains { section in
            guard section.kind == .delete, section.path.value.contains("prepared-"),
                let uri = uri(section.path, usesEndpoints: section.usesEndpoints?.value, for: agent)
            else { return false }
            return set.sampleNames.contains { fits(uri, $0) }
        }
    }
}

extension ObjectSet {
    /// Two of the names that the set makes: enough to tell whether a pattern fits it.
    var sampleNames: [String] {
        let shard = keyPrefixShards > 0 ? "00/" : ""
        return ["\(base)\(shard)\(namePrefix)00000000.dat", "\(base)\(namePrefix)00000000.dat"]
    }
}
