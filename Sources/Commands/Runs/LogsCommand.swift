import ArgumentParser
import Results
import Vocabulary

/// `muster logs RUN`: what the agents said, merged by time.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what agents said, merged by the controller's time.")

    @OptionGroup var input: RunArgument

    @Option(help: ArgumentHelp("Only this agent; may be given several times.", valueName: "id"))
    var agent: [String] = []

    @Flag(name: .shortAndLong, help: "Go on with what comes, to the run's end.")
    var follow = false

    /// From one look to the next.
    private static let pause = Duration.milliseconds(100)

    func run() async throws {
        let folder = try input.folder()
        var tails = try agents(of: folder).map { (agent: $0, tail: LiveLog.Tail(folder: folder.agentPath($0))) }
        while true {
            // Looked at first: what was said before the run's end is read after it.
            let isOver = !follow || !folder.control.exists || folder.control.holder == nil
            var lines: [(agent: AgentID, line: LiveLog.Line)] = []
            for index in tails.indices {
                let agent = tails[index].agent
                lines += try tails[index].tail.next().map { (agent, $0) }
            }
            for (agent, line) in lines.sorted(by: Self.precedes) {
                Console.output("\(line.utc) [\(agent)] \(line.level): \(line.text)")
            }
            if isOver { return }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func agents(of folder: RunFolder) throws -> [AgentID] {
        let all = RunRecord(events: try EventLog.read(folder.eventsPath)).agents.map(\.id)
        for name in agent where !all.contains(where: { $0.text == name }) {
            throw ValidationError("there is no agent '\(name)' in this run; its agents are \(all.map(\.text).joined(separator: ", "))")
        }
        return agent.isEmpty ? all : all.filter { agent.contains($0.text) }
    }

    /// By time; the lines of one agent never change places.
    private static func precedes(_ a: (agent: AgentID, line: LiveLog.Line), _ b: (agent: AgentID, line: LiveLog.Line)) -> Bool {
        if a.agent == b.agent { return a.line.number < b.line.number }
        return (a.line.elapsed, a.agent) < (b.line.elapsed, b.agent)
    }
}
