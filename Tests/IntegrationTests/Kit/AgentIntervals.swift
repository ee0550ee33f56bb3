import Measurement
import Plans
import Results
import Testing
import Vocabulary

/// The intervals that an agent saved, as they came home.
enum AgentIntervals {
    static func read(_ run: EndedRun, _ agent: String) throws -> [IntervalStatistics] {
        let reader = try #require(try AgentFolder.intervals("\(run.folder.path)/agents/\(agent)"))
        var intervals: [IntervalStatistics] = []
        while let record = try reader.next() { intervals.append(try #require(IntervalStatistics(encoded: record))) }
        return intervals
    }
}
