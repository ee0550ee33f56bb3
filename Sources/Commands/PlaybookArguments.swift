import ArgumentParser
import Foundation
import Plans
import Playbooks
import Vocabulary

/// A plan, and what was said of its playbook.
struct CheckedPlaybook {
    var plan: Plan
    /// Warnings and notes.
    var problems: [Problem]
}

/// The playbook of a command, and how it is to be read.
struct PlaybookArguments: ParsableArguments {
    @Argument(help: "The playbook, a YAML file; --config FILE says the same.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    @Option(help: ArgumentHelp("The playbook, a YAML file.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Put a value in place of the playbook's: path.to.key=value.", valueName: "key=value"))
    var overrides: [String] = []

    @Flag(help: "Take unknown keys, and patterns that fit nothing prepared, for warnings instead of errors.")
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

    func validate() throws {
        guard (file == nil) != (config == nil) else { throw ValidationError("name one playbook: FILE, or --config FILE") }
        _ = try overrides.map(Self.parse)
    }

    /// Every problem is told on standard error, the notes of what is not carried out yet only if `notes`; `refused` is told all problems
    /// of a playbook that has no plan.
    func reading(notes: Bool = true, refused: ([Problem]) -> Void = { _ in }) throws -> CheckedPlaybook {
        let playbook = file ?? config ?? ""
        var options = Self.options(overrides: try overrides.map(Self.parse))
        options.lenient = lenient
        options.strict = strict
        let limit = try limit.map(HostOptions.limit)
        guard let inventory else {
            options.limit = limit
            return try Self.reading(of: playbook, options: options, notes: notes, refused: refused)
        }
        let hosts = try HostOptions.read(inventory).filter { limit?.admits([$0.name] + $0.groups) ?? true }
        guard !hosts.isEmpty else { throw ValidationError("--limit \(self.limit ?? "") leaves no host of \(inventory)") }
        let agents = InventoryAgents(hosts)
        options.overrides += agents.overrides
        var checked = try Self.reading(of: playbook, options: options, notes: notes, refused: refused)
        checked.plan = agents.completed(checked.plan)
        return checked
    }

    /// The plan, or exit code 3 with every problem printed at once. Warnings go to standard error too.
    static func plan(of playbook: String, limit: HostLimit? = nil) throws -> Plan {
        var options = options(overrides: [])
        options.limit = limit
        return try reading(of: playbook, options: options, notes: false).plan
    }

    private static func options(overrides: [(key: String, value: String)]) -> PlaybookOptions {
        PlaybookOptions(overrides: overrides, environment: ProcessInfo.processInfo.environment)
    }

    private static func reading(
        of playbook: String, options: PlaybookOptions, notes: Bool, refused: ([Problem]) -> Void = { _ in }
    ) throws -> CheckedPlaybook {
        let reading = readPlaybook(path: playbook, text: nil, options: options)
        for problem in reading.problems where notes || reading.plan == nil || problem.severity != .note { Console.error("\(problem)") }
        guard let plan = reading.plan else {
            refused(reading.problems)
            let count = reading.problems.count { $0.severity == .error }
            Console.error("\(playbook): \(count) problem\(count == 1 ? "" : "s"); no host was touched")
            throw ExitCode(ExitStatus.playbookWrong)
        }
        return CheckedPlaybook(plan: plan, problems: reading.problems)
    }

    private static func parse(_ text: String) throws -> (key: String, value: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("--set takes path.to.key=value, not '\(text)'")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
