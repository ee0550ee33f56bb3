import Foundation
import Results
import TestKit
import Testing
import Vocabulary

/// One `muster run` that a test has started, and what it has left behind so far. A test that gives up on it ends it.
final class StartedRun {
    let execution: Execution
    /// Where its results folder is made; a test that runs twice gives each run its own.
    let parent: URL

    init(execution: Execution, parent: URL) {
        self.execution = execution
        self.parent = parent
    }

    deinit { execution.kill() }

    /// Writes the playbook down and starts `muster run` with it.
    /// - Parameter results: where its results folder is made; nil: in a folder of its own.
    static func start(_ playbook: TestPlaybook, in folder: URL, results: URL? = nil, options: [String] = []) throws -> StartedRun {
        try start(text: playbook.text, in: folder, results: results, options: options)
    }

    static func start(text: String, in folder: URL, results: URL? = nil, options: [String] = []) throws -> StartedRun {
        let parent = results ?? folder.appendingPathComponent("run-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("\(parent.lastPathComponent).yaml").path
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let execution = try MusterRun.start(
            ["run", file, "--results", parent.path, "--refresh", "0.5"] + options, environment: ["HOME": folder.path], in: parent)
        return StartedRun(execution: execution, parent: parent)
    }

    /// The folder of its results; nil before it is made.
    var results: RunFolder? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        return names.first { $0.hasPrefix("muster-") }.map { RunFolder(path: "\(parent.path)/\($0)") }
    }

    /// The whole lines of its event log.
    var events: [Event] {
        guard let path = results?.eventsPath, let bytes = FileManager.default.contents(atPath: path) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { try? Event(line: $0) }
    }

    /// Waits until the log holds so many events of a kind, of a stage where one is given; fails at once where the run ends without.
    func waitFor(_ kind: String, count: Int = 1, stage: Int? = nil) async throws {
        try await eventually("\(count) × \(kind)\n\(execution.errors)", within: .seconds(60)) {
            let found = events
            if found.count(where: { $0.kind.name == kind && (stage == nil || $0.kind.stage?.number == stage) }) >= count { return true }
            if found.contains(where: { $0.kind.name == "run_ended" }) { throw EndedEarly(waitedFor: kind, errors: execution.errors) }
            return false
        }
    }

    /// Waits until every agent is in the load and the first figures are there.
    func waitForLoad(agents: Int) async throws {
        try await waitFor("stage_began", count: agents, stage: TestPlaybook.load)
        try await waitFor("interval", count: 2, stage: TestPlaybook.load)
    }

    /// Waits for its end and expects an exit code; what it said is told where that is another.
    func end(_ code: Int32, within deadline: Duration = .seconds(120), _ place: SourceLocation = #_sourceLocation) async throws -> EndedRun
    {
        let finished = try await execution.wait(within: deadline)
        #expect(finished.status == code, "\(finished)", sourceLocation: place)
        return EndedRun(finished: finished, folder: try #require(results, "\(finished)", sourceLocation: place), events: events)
    }
}

/// The run was over before what a test waited for.
struct EndedEarly: Error, CustomStringConvertible {
    let waitedFor: String
    let errors: String
    var description: String { "the run ended before \(waitedFor)\n\(errors)" }
}
