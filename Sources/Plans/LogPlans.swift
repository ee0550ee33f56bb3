import Vocabulary

/// `perf_log`: the time series that each agent and the run as a whole write.
package struct PerformanceLogPlan: Codable, Sendable, Hashable {
    /// Below the results' folder, the run's and each agent's; `.zst` compresses.
    package var path: String = "perf_log.tsv"
    /// Length of a row.
    package var interval: Duration = .seconds(1)

    package init() {}
}

/// A file's path with the agent's id before its ending: `trace.tsv.zst` → `trace-agent-1.tsv.zst`.
package func filePath(_ path: String, of agent: AgentID) -> String {
    let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    // A leading dot is no ending.
    let ending = path[name...].dropFirst().firstIndex(of: ".") ?? path.endIndex
    return "\(path[..<ending])-\(agent.text)\(path[ending...])"
}
