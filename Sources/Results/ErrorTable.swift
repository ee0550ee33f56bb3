import Measurement
import Vocabulary

/// The rows of `errors.tsv`: one an agent, stage, operation and class of error.
struct ErrorTable {
    private static let header = "agent\tstage\toperation\tclass\tcount\tfirst_seen\tlast_seen\tmessage\n"

    private let stages: [StageResults]
    /// Wall-clock nanoseconds since 1970 of an agent's moment.
    private let epochNanoseconds: (AgentID, Moment) -> Int64

    init(_ stages: [StageResults], epochNanoseconds: @escaping (AgentID, Moment) -> Int64) {
        self.stages = stages
        self.epochNanoseconds = epochNanoseconds
    }

    /// nil where nothing went wrong.
    var text: String? {
        let rows = stages.sorted { $0.position < $1.position }.flatMap { stage in stage.shares.flatMap { lines($0, of: stage) } }
        return rows.isEmpty ? nil : Self.header + rows.joined()
    }

    private func lines(_ share: StageResults.Share, of stage: StageResults) -> [String] {
        share.statistics.errorSamples.map { sample in
            let moments = [sample.first, sample.last].map { UTC.label(nanoseconds: epochNanoseconds(share.agent, $0)) }
            let fields = ["\(share.agent)", oneLine(stage.name), sample.kind.label, oneLine(sample.cause), "\(sample.count)"]
            return (fields + moments + [oneLine(sample.message)]).joined(separator: "\t") + "\n"
        }
    }
}
