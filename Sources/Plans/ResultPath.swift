/// Names in the folders of results, the run's and an agent's.
package enum ResultPath {
    private static let taken: Set<Substring> = [
        "STATUS.txt", "results.tsv", "prepare_results.tsv", "histograms", "events.jsonl", "run.json", "config.yaml", "console_log.txt",
        "agents", "control", "agent.log", "process.log", "live_log.tsv", "intervals.bin", "stages.bin", "ledger.json", "errors.tsv",
    ]

    /// Whether a relative path names nothing that is written there anyway.
    package static func isFree(_ path: String) -> Bool {
        guard let first = path.split(separator: "/").first else { return false }
        return !taken.contains(first) && !first.hasSuffix("_results.tsv") && !first.hasSuffix("_endpoint_stats.tsv")
    }
}
