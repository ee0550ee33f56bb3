import ArgumentParser
import Deployment
import FoundationEssentials
import Plans
import Playbooks
import SSH
import Vocabulary

/// Which hosts a command is about, which must be said, and how to log in there.
struct HostArguments: ParsableArguments {
    @OptionGroup var options: HostOptions

    func validate() throws {
        if !options.isGiven { throw ValidationError("give one of --hosts, --playbook and --inventory") }
    }

    func reaches() throws -> [Reach] { try options.reaches() }
}

/// Hosts, if any are named, and how to log in there.
struct HostOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Hosts: user@host:port, …; ranges as h[1-3,7]; 'local' is this machine.", valueName: "list"))
    var hosts: String?

    @Option(help: ArgumentHelp("The hosts of this playbook, with its ssh section.", valueName: "file"), completion: .file())
    var playbook: String?

    @Option(
        help: ArgumentHelp("The hosts of this Ansible inventory (INI or YAML) or list, a host a line.", valueName: "file"),
        completion: .file())
    var inventory: String?

    @Option(help: ArgumentHelp("Only these of them: names, groups, ranges, * and ?; !name leaves out.", valueName: "pattern"))
    var limit: String?

    @Option(
        help: ArgumentHelp(
            "The private key to log in with; ssh-setup lets it in, and makes it where it does not exist.", valueName: "file"),
        completion: .file())
    var key: String?

    @Option(
        help: ArgumentHelp("The known_hosts file to check host keys against; \"\": no check, INSECURE.", valueName: "file"),
        completion: .file())
    var knownHosts: String?

    @Flag(help: "Write the keys of unknown hosts down without asking; changed keys are refused all the same.")
    var acceptNew = false

    @OptionGroup var ssh: SSHOptions

    var isGiven: Bool { hosts != nil || playbook != nil || inventory != nil }

    func validate() throws {
        if [hosts, playbook, inventory].count(where: { $0 != nil }) > 1 {
            throw ValidationError("give only one of --hosts, --playbook and --inventory")
        }
    }

    /// In the order given, each once.
    func reaches() throws -> [Reach] {
        if knownHosts == "" { Console.error("INSECURE: no host key is checked; anyone between here and the hosts can take their place") }
        let limit = try limit.map(Self.limit)
        var known: [Reach] = []
        for (reach, names) in try named() where limit?.admits(names) ?? true {
            if !known.contains(reach) { known.append(reach) }
        }
        guard !known.isEmpty else { throw ValidationError("--limit \(limit?.text ?? "") leaves no host") }
        return known
    }

    /// Each with the names that a limit may call it by.
    private func named() throws -> [(Reach, [String])] {
        if let hosts { return try HostList(hosts).reaches.map { (filled($0), [$0.hostName.text]) } }
        if let inventory { return try Self.read(inventory).map { (filled($0.reach), [$0.name] + $0.groups) } }
        return try Self.named(in: playbook ?? "")
    }

    /// The hosts of a playbook.
    static func reaches(of playbook: String) throws -> [Reach] { try named(in: playbook).map(\.0) }

    private static func named(in playbook: String) throws -> [(Reach, [String])] {
        try PlaybookArguments.plan(of: playbook).agents.compactMap { agent in
            if case .listen = agent.reach { return nil }
            return (agent.reach, [agent.id.text, agent.reach.hostName.text])
        }
    }

    static func limit(_ text: String) throws -> HostLimit {
        do throws(AddressError) { return try HostLimit(text) } catch { throw ValidationError("--limit: \(error.what)") }
    }

    static func read(_ inventory: String) throws -> [InventoryHost] {
        do throws(InventoryError) { return try readInventory(path: inventory) } catch { throw ValidationError("--inventory: \(error)") }
    }

    /// With what the command line says.
    private func filled(_ reach: Reach) -> Reach {
        guard case .ssh(var destination) = reach else { return reach }
        destination.keyPath = key ?? destination.keyPath
        destination.hostKeys  // The word for no check at all.
        = knownHosts == "" ? .off : acceptNew ? .acceptNew(knownHosts: knownHosts) : .ask(knownHosts: knownHosts)
        return .ssh(destination)
    }
}

extension Reach {
    var hostName: HostName {
        switch self {
        case .local: HostName("local")
        case .ssh(let destination): destination.host
        case .listen(let host, _): host
        }
    }
}
