import Vocabulary

// Ansible's YAML form: groups with `hosts`, `children` and `vars`; or a list of hosts.
extension InventoryGroups {
    private static let mostDepth = 32

    mutating func readYAML(_ text: String) throws(InventoryError) {
        var document = YAMLDocument(file: path)
        let root: YAMLValue
        do throws(YAMLDocument.Refusal) { root = try document.read(text) } catch {
            throw InventoryError(path: path, line: error.problem.place?.line, why: error.problem.what)
        }
        switch root.content {
        case .mapping(let groups): for group in groups { try read(group.key, group.value, depth: 0) }
        case .sequence(let items): for item in items { try addHosts(item.text, [:], to: "ungrouped", at: item) }
        default: throw InventoryError(path: path, why: "holds neither groups nor a list of hosts")
        }
    }

    private mutating func read(_ name: String, _ value: YAMLValue, depth: Int) throws(InventoryError) {
        guard depth < Self.mostDepth, case .mapping(let parts) = value.content else { return }
        for part in parts {
            switch (part.key, part.value.content) {
            case ("hosts", .mapping(let hosts)):
                for host in hosts { try addHosts(host.key, host.value.variables, to: name, at: host.value) }
            case ("hosts", .sequence(let hosts)): for host in hosts { try addHosts(host.text, [:], to: name, at: host) }
            case ("hosts", .scalar(let host)): try addHosts(host, [:], to: name, at: part.value)
            case ("vars", _): add(variables: part.value.variables, to: name)
            case ("children", .mapping(let children)):
                for child in children {
                    add(child: child.key, to: name)
                    try read(child.key, child.value, depth: depth + 1)
                }
            default: break
            }
        }
    }

    private mutating func addHosts(_ text: String?, _ variables: [String: String], to group: String, at value: YAMLValue)
        throws(InventoryError)
    {
        guard let text, let names = expandInventoryRange(text) else {
            throw InventoryError(path: path, line: value.mark.line, why: "names no host")
        }
        for name in names { add(host: name, variables: variables, to: group) }
    }
}

extension YAMLValue {
    fileprivate var text: String? { if case .scalar(let text) = content { text } else { nil } }

    fileprivate var variables: [String: String] {
        guard case .mapping(let pairs) = content else { return [:] }
        return pairs.reduce(into: [:]) { $0[$1.key] = $1.value.text }
    }
}
