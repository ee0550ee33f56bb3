import Plans
import Vocabulary

/// What an inventory says, before it is known what that comes to for each host.
struct InventoryGroups {
    private struct Group {
        var hosts: [String] = []
        var variables: [String: String] = [:]
        var children: [String] = []
    }

    /// Groups within groups; more is a circle.
    private static let mostDepth = 32

    let path: String
    private var groups: [String: Group] = [:]
    private var hostVariables: [String: [String: String]] = [:]
    /// In the order of the file.
    private var hostOrder: [String] = []

    init(path: String) { self.path = path }

    mutating func add(host: String, variables: [String: String], to group: String) {
        if hostVariables[host] == nil { hostOrder.append(host) }
        hostVariables[host, default: [:]].merge(variables) { $1 }
        if groups[group]?.hosts.contains(host) != true { groups[group, default: Group()].hosts.append(host) }
    }

    mutating func add(child: String, to group: String) { groups[group, default: Group()].children.append(child) }
    mutating func add(variables: [String: String], to group: String) { groups[group, default: Group()].variables.merge(variables) { $1 } }

    /// Each host once. What a group says holds for its children's hosts, what is nearer to the host wins.
    func hosts() throws(InventoryError) -> [InventoryHost] {
        var found: [InventoryHost] = []
        for name in hostOrder {
            let lines = try ancestry(of: name)
            var variables = groups["all"]?.variables ?? [:]
            for group in lines.reversed() { variables.merge(groups[group]?.variables ?? [:]) { $1 } }
            variables.merge(hostVariables[name] ?? [:]) { $1 }
            found.append(InventoryHost(reach: try reach(name, variables), name: name, groups: lines + ["all"]))
        }
        guard !found.isEmpty else { throw InventoryError(path: path, why: "names no host") }
        return found
    }

    /// The groups that a host is in, the nearest first.
    private func ancestry(of host: String) throws(InventoryError) -> [String] {
        var lines: [String] = []
        var next = groups.filter { $0.key != "all" && $0.value.hosts.contains(host) }.map(\.key).sorted()
        for _ in 0..<Self.mostDepth where !next.isEmpty {
            lines += next
            let parents = groups.filter { group in group.key != "all" && group.value.children.contains { next.contains($0) } }
            next = parents.map(\.key).filter { !lines.contains($0) }.sorted()
        }
        return lines
    }

    private func reach(_ name: String, _ variables: [String: String]) throws(InventoryError) -> Reach {
        let value = { (names: String...) in names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty } }
        if value("ansible_connection") == "local" || name == "local" { return .local }
        guard let addresses = try? AgentAddress.expand(name), addresses.count == 1, case .host(let host, let user, let port) = addresses[0]
        else { throw InventoryError(path: path, why: "`\(name)` is no host") }
        var destination = SSHDestination(host: host, port: port, user: user)
        if let text = value("ansible_port", "ansible_ssh_port") {
            guard let number = Int(text), (1...65_535).contains(number) else {
                throw InventoryError(path: path, why: "`\(text)` is no port of \(name)")
            }
            destination.port = number
        }
        destination.address = value("ansible_host", "ansible_ssh_host")
        destination.user = value("ansible_user", "ansible_ssh_user") ?? destination.user
        destination.keyPath = value("ansible_ssh_private_key_file", "ansible_private_key_file") ?? destination.keyPath
        destination.proxyJump = value("ansible_ssh_common_args").flatMap(Self.jump) ?? value("ansible_ssh_extra_args").flatMap(Self.jump)
        return .ssh(destination)
    }

    /// What stands behind `-J` or `ProxyJump=` among arguments of ssh(1).
    private static func jump(_ arguments: String) -> String? {
        let words = arguments.split(whereSeparator: { $0.isWhitespace || $0 == "\"" || $0 == "'" }).map(String.init)
        for (index, word) in words.enumerated() {
            if word == "-J", index + 1 < words.count { return words[index + 1] }
            if let value = word.firstRange(of: "ProxyJump=") { return String(word[value.upperBound...]) }
        }
        return nil
    }
}
