import Foundation
import Results
import TestKit
import Testing
import Vocabulary

/// A run that is over: what it said, its event log and its files.
struct EndedRun {
    let finished: Finished
    let folder: RunFolder
    let events: [Event]

    var record: RunRecord { RunRecord(events: events) }

    /// `STATUS.txt`.
    func status() throws -> String { try text("STATUS.txt") }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8) }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder.path)/\(name)") }

    /// The rows over all sizes of a results table, by operation.
    func rows(_ name: String) throws -> [String: ResultRow] { try ResultRow.read("\(folder.path)/\(name)") }

    /// When the first event of a kind (about an agent) was written, on the run's clock.
    func moment(of kind: String, agent: String? = nil) throws -> Duration {
        let event = events.first { $0.kind.name == kind && (agent == nil || $0.kind.agent?.text == agent) }
        return try #require(event, "\(kind) of \(agent ?? "the run")\n\(finished)").elapsed
    }

    /// The events of a kind, in order.
    func all(_ kind: String) -> [Event] { events.filter { $0.kind.name == kind } }

    /// The agents that arrived at the end of a stage, each as often as it did.
    func arrivals(at stage: Int) -> [String] {
        all("stage_arrived").filter { $0.kind.stage?.number == stage }.compactMap { $0.kind.agent?.text }.sorted()
    }

    /// Expects that the totals of the run are the sums of what the agents' own files say, operation by operation.
    func expectCountsAddUp(
        _ agents: [String], in files: [String] = ["results.tsv"], _ place: SourceLocation = #_sourceLocation
    ) throws {
        for file in files {
            let total = try rows(file).mapValues(\.count)
            let parts = try agents.map { try rows("agents/\($0)/\(file)").mapValues(\.count) }
            let sum = parts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
            #expect(total == sum, "\(file)", sourceLocation: place)
            #expect(parts.allSatisfy { !$0.isEmpty }, "\(file)", sourceLocation: place)
        }
    }

    /// Expects that each agent's log came while it ran as the agent wrote it: in order, every line once, whatever happened to links.
    func expectLogsWhole(_ agents: [String], _ place: SourceLocation = #_sourceLocation) throws {
        for agent in agents {
            var tail = LiveLog.Tail(folder: folder.agentPath(try agentID(agent)))
            let live = try tail.next()
            let own = try text("agents/\(agent)/\(AgentFolder.logName)").split(separator: "\n")
            #expect(live.map(\.number) == Array(1...UInt64(max(1, live.count))), "\(agent)", sourceLocation: place)
            // What it says of its leaving may come after its last message.
            #expect(live.count >= own.count - 3, "\(agent): \(live.count) of \(own.count)", sourceLocation: place)
            #expect(zip(live, own).allSatisfy { $1.hasSuffix($0.text) }, "\(agent)", sourceLocation: place)
        }
    }

    /// Expects that everything of `agents` was seen to be gone, not merely asked to go.
    func expectSeenGone(_ agents: [String], _ place: SourceLocation = #_sourceLocation) {
        let gone = Set(all("agent_seen_gone").compactMap { $0.kind.agent?.text })
        #expect(gone.isSuperset(of: agents), "seen gone: \(gone.sorted())\n\(finished)", sourceLocation: place)
        #expect(all("agent_not_proven_gone").isEmpty, "\(finished)", sourceLocation: place)
    }
}

/// One `ALL` row of `results.tsv`, or of a file with the same columns.
struct ResultRow: Equatable {
    let count: Int
    let mean: Double
    let p99: Double
    let maximum: Double

    static func read(_ path: String) throws -> [String: ResultRow] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        let table = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        let header = try #require(table.first { $0.first == "operation" }, "\(path) has a header")
        func number(_ column: String, _ row: [String]) throws -> Double {
            let index = try #require(header.firstIndex(of: column))
            return try #require(Double(row[index]), "\(path): \(column) is a number")
        }
        var rows: [String: ResultRow] = [:]
        for row in table where row.count == header.count && row[1] == "ALL" {
            rows[row[0]] = ResultRow(
                count: Int(try number("count", row)), mean: try number("mean_us", row), p99: try number("p99_us", row),
                maximum: try number("max_us", row))
        }
        return rows
    }
}

func agentID(_ text: String) throws -> AgentID { try #require(AgentID(text)) }
