import Plans
import Playbooks
import Vocabulary

/// An agent on each host of an inventory, in place of those of a playbook.
struct InventoryAgents {
    private let hosts: [(id: AgentID, reach: Reach)]

    init(_ hosts: [InventoryHost]) {
        self.hosts = hosts.enumerated().map { index, host in (AgentID(host.name) ?? AgentID(number: index + 1), host.reach) }
    }

    /// What `--set` would say: the agents, and that they are reached over SSH.
    var overrides: [(key: String, value: String)] {
        let entries = hosts.map { host in "{id: \"\(host.id)\", address: \"\(Self.address(host.reach))\"}" }
        let areLocal = hosts.allSatisfy { $0.reach == .local }
        return [("distributed.agents", "[\(entries.joined(separator: ", "))]")] + (areLocal ? [] : [("distributed.ssh.enabled", "true")])
    }

    /// The plan with what the inventory says of each host and a playbook's address cannot.
    func completed(_ plan: Plan) -> Plan {
        let known = Dictionary(hosts.map { ($0.id, $0.reach) }) { first, _ in first }
        var plan = plan
        for index in plan.agents.indices {
            guard case .ssh(var destination) = plan.agents[index].reach, case .ssh(let said) = known[plan.agents[index].id] else {
                continue
            }
            destination.address = said.address
            destination.port = said.port ?? destination.port
            destination.keyPath = said.keyPath ?? destination.keyPath
            destination.proxyJump = said.proxyJump ?? destination.proxyJump
            plan.agents[index].reach = .ssh(destination)
        }
        return plan
    }

    /// Without the port, which a playbook might take for the agent's.
    private static func address(_ reach: Reach) -> String {
        guard case .ssh(let destination) = reach else { return "local" }
        let name = destination.host.text.contains(":") ? "[\(destination.host)]" : destination.host.text
        return (destination.user.map { "\($0)@" } ?? "") + name
    }
}
