import Plans
import Vocabulary

extension StorageLayout {
    /// The workload as one agent performs it, entry by entry; nil for one that cannot be resolved, which is reported.
    func operations(for agent: PlannedAgent) -> [LoadOperation?] {
        (playbook.workload ?? []).map { operation($0, for: agent) }
    }

    private func operation(_ section: OperationSection, for agent: PlannedAgent) -> LoadOperation? {
        guard checkPattern(of: section), let place = places.place(section.path, usesEndpoints: section.usesEndpoints?.value, for: agent)
        else { return nil }
        checkEndpoints(of: section)
        var uri = place.uri
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
        var operation = LoadOperation(
            kind: section.kind, uri: uri, weight: section.weight, sizes: section.sizes, concurrency: section.concurrency,
            recursive: section.recursive)
        operation.dedupFactor = section.dedupFactor
        operation.compressFactor = section.compressFactor
        operation.part = section.part
        operation.spreads = place.spreads
        return operation
    }

    private func checkEndpoints(of section: OperationSection) {
        guard let uses = section.usesEndpoints, uses.value, agents.allSatisfy({ $0.endpoints == nil }) else { return }
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
}
