import ArgumentParser
import Workloads

/// `muster sort`: operation logs in the order of time.
struct SortCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sort", abstract: "Sort operation logs by the moments at which their operations began.",
        discussion: """
            Logs of any size: what does not fit in memory is sorted in parts and merged. Several logs, such as those of all agents, become one. \
            A log is written in the order in which its operations ended, worker by worker; muster replay wants it sorted.
            """)

    @Argument(help: ArgumentHelp("Logs to sort, compressed (.zst) or not, with the same columns.", valueName: "log"))
    var logs: [String]

    @Option(name: .shortAndLong, help: ArgumentHelp("The sorted log; .zst compresses it.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("MiB of lines that are sorted at once.", valueName: "MiB"))
    var memory = 256

    func validate() throws {
        guard !logs.isEmpty else { throw ValidationError("give at least one log") }
        guard (1...1_000_000).contains(memory) else { throw ValidationError("--memory is between 1 and 1000000 MiB") }
    }

    func run() throws {
        var sort = LogSort(into: output, memory: memory << 20)
        do throws(LogSort.Failure) {
            let outcome = try sort.sort(logs)
            let parts = outcome.parts > 0 ? ", merged from \(outcome.parts) parts" : ""
            Console.output("\(output): \(outcome.lines) operations of \(logs.count == 1 ? "one log" : "\(logs.count) logs")\(parts)")
        } catch {
            Console.error("\(error)")
            throw ExitCode.failure
        }
    }
}
