import ArgumentParser
import Foundation
import Playbooks
import Vocabulary

/// `muster convert`: writes out the stages that old playbooks imply.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write out the stages of playbooks that imply them; comments and order stay, the old file is kept beside the new one.")

    @Option(help: ArgumentHelp("One playbook.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Several playbooks.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var files: [String] = []

    @Flag(help: "Print what would be written, and write nothing.")
    var dryRun = false

    @Flag(help: "Convert a playbook that has problems already; what is added is checked all the same.")
    var noValidate = false

    func validate() throws {
        guard config != nil || !files.isEmpty else { throw ValidationError("name a playbook: --config FILE, or --files FILE …") }
    }

    func run() throws {
        var refused = 0
        for file in (config.map { [$0] } ?? []) + files where try !convert(file) { refused += 1 }
        if refused > 0 { throw ExitCode(ExitStatus.playbookWrong) }
    }

    /// Whether the playbook has written stages now.
    private func convert(_ file: String) throws -> Bool {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            Console.error("\(file): cannot be read as a text: \(error.localizedDescription)")
            return false
        }
        let options = PlaybookOptions(environment: ProcessInfo.processInfo.environment)
        switch Conversion(path: file, text: text, options: options, keepsProblems: noValidate) {
        case .unchanged: Console.error("\(file): its stages are written already; nothing to do")
        case .refused(let problems):
            for problem in problems { Console.error("\(problem)") }
            Console.error("\(file): not converted, \(problems.count) problem\(problems.count == 1 ? "" : "s")")
            return false
        case .converted(let new) where dryRun: Console.output(new.hasSuffix("\n") ? String(new.dropLast()) : new)
        case .converted(let new):
            let backup = try ConvertedFile(path: file).replace(with: new)
            Console.error("\(file): converted; as it was: \(backup)")
        }
        return true
    }
}
