import ArgumentParser
import FoundationEssentials
import Results
import Vocabulary

/// `muster ps`: the runs of this machine that are not over.
struct PsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "List the runs that are not over: those that run, and those whose controller is gone.")

    @Option(help: ArgumentHelp("Look for runs in here, too.", valueName: "folder"), completion: .directory)
    var results = "."

    @Flag(help: "Those that are over, too.")
    var all = false

    func run() throws {
        for run in KnownRun.all(in: results) where all || run.isUnfinished {
            let record = RunRecord(events: try EventLog.read(run.folder.eventsPath))
            Console.output("\(run.id)  \(Self.state(run, record))  \(run.folder.path)")
        }
    }

    private static func state(_ run: KnownRun, _ record: RunRecord) -> String {
        let age = "\(fixed(record.elapsed.inSeconds, decimals: 0)) s, \(record.agentsIn) of \(record.agents.count) agents"
        let stage = record.currentStage.map { " (\($0.name))" } ?? ""
        guard run.isUnfinished else { return "\(record.phase.rawValue), \(age)" }
        guard let controller = run.controller else {
            return "LEFT while \(record.phase.rawValue)\(stage), \(age): muster attach, muster stop"
        }
        return "\(record.phase.rawValue)\(stage), \(age), controller \(controller)"
    }
}
