import ArgumentParser
import Foundation
import Plans
import Playbooks
import Vocabulary

/// The playbook of a command, and how it is to be read.
struct PlaybookArguments: ParsableArguments {
    @Argument(help: "The playbook, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var playbook: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Put a value in place of the playbook's: path.to.key=value.", valueName: "key=value"))
    var overrides: [String] = []

    @Flag(help: "Take unknown keys for warnings instead of errors.")
    var lenient = false

    @Flag(help: "Take doubtful meaning (DELETE outweighing PUT) for an error instead of a warning.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "An agent on each host of this Ansible inventory (INI or YAML) or list, in place of the playbook's.", valueName: "file"),
        completion: .file())
    var inventory: String?

    @Option(help: ArgumentHelp("Only these agents: ids, hosts, groups, ranges, * and ?; !name leaves out.", valueName: "pattern"))
    var limit: String?

    func validate() throws { _ = try overrides.map(Self.parse) }

    func plan() throws -> Plan {
        let limit = try limit.map(HostArguments.limit)
        guard let inventory else {
            return try Self.plan(of: playbook, lenient: lenient, strict: strict, overrides: overrides.map(Self.parse), limit: limit)
        }
        let hosts = try HostArguments.read(inventory).filter { limit?.admits([$0.name] + $0.groups) ?? true }
        guard !hosts.isEmpty else { throw ValidationError("--limit \(self.limit ?? "") leaves no host of \(inventory)") }
        let agents = InventoryAgents(hosts)
        let plan = try Self.plan(
            of: playbook, lenient: lenient, strict: strict, overrides: overrides.map(Self.parse) + agents.overrides)
        return agents.completed(plan)
    }

    /// The plan, or exit code 3 with every problem printed at once. Warnings go to standard error too.
    static func plan(
        of playbook: String, lenient: Bool = false, strict: Bool = false, overrides: [(key: String, value: String)] = [],
        limit: HostLimit? = nil
    ) throws -> Plan {
        var options = PlaybookOptions(
            lenient: lenient, strict: strict, overrides: overrides, environment: ProcessInfo.processInfo.environment)
        options.limit = limit
        let reading = readPlaybook(path: playbook, text: nil, options: options)
        for problem in reading.problems { Console.error("\(problem)") }
        guard let plan = reading.plan else {
            let count = reading.problems.count { $0.severity == .error }
            Console.error("\(playbook): \(count) problem\(count == 1 ? "" : "s"); no host was touched")
            throw ExitCode(ExitStatus.playbookWrong)
        }
        return plan
    }

    private static func parse(_ text: String) throws -> (key: String, value: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("--set takes path.to.key=value, not '\(text)'")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
