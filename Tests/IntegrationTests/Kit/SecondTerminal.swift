import Foundation
import Glibc
import Results
import TestKit
import Testing
import Vocabulary

/// Another terminal of whoever started a run.
extension StartedRun {
    /// The home of the run and of this terminal.
    private var home: String { parent.deletingLastPathComponent().path }

    /// Starts a command about this run in another terminal.
    func start(_ command: [String]) throws -> Execution {
        let folder = try #require(results, "the run has a folder").path
        return try MusterRun.start([command[0], folder] + command.dropFirst(), environment: ["HOME": home], in: parent)
    }

    /// Runs a command about this run to its end.
    func muster(_ command: String..., within deadline: Duration = .seconds(120)) async throws -> Finished {
        try await start(command).wait(within: deadline)
    }

    /// Sends a signal to the controller.
    func signal(_ number: Int32) { kill(execution.processID, number) }

    /// `kill -9` of the controller, and takes its run up with `muster attach`; the run to wait for is that of the new process.
    func killAndAttach() async throws -> StartedRun {
        execution.kill()
        try await execution.wait()
        return StartedRun(execution: try start(["attach"]), parent: parent)
    }
}

extension EndedRun {
    /// From the wish to the last process seen gone.
    func timeToStop(_ place: SourceLocation = #_sourceLocation) throws -> Duration {
        let wished = try moment(of: "interrupted")
        // The first proof of each agent counts: results come home after it, and the folder goes then.
        var proven: [String: Duration] = [:]
        for event in all("agent_seen_gone") {
            guard let agent = event.kind.agent?.text, proven[agent] == nil else { continue }
            proven[agent] = event.elapsed
        }
        return try #require(proven.values.max(), sourceLocation: place) - wished
    }

    /// Expects that every agent reported each stage once, and that what is said of the stage is the sum of what they counted themselves.
    func expectNothingTwice(_ agents: [String], _ place: SourceLocation = #_sourceLocation) throws {
        for stage in record.stages {
            #expect(arrivals(at: stage.order.number) == agents, "\(stage.name)\n\(finished)", sourceLocation: place)
        }
        let total = try rows("results.tsv").mapValues(\.count)
        let parts = try agents.map { try rows("agents/\($0)/results.tsv").mapValues(\.count) }
        #expect(total == parts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }, sourceLocation: place)
        #expect(total["GET"] ?? 0 > 0, sourceLocation: place)
        let replayed = try RunFolder(path: folder.path).recordAtHome()
        #expect(replayed == record, "run.json is the fold of events.jsonl", sourceLocation: place)
    }
}

extension RunFolder {
    /// `run.json`, read again.
    func recordAtHome() throws -> RunRecord {
        try JSONDecoder().decode(RunRecord.self, from: Data(contentsOf: URL(filePath: "\(path)/run.json")))
    }
}
