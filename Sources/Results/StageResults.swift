import Measurement
import Vocabulary

/// What the agents that reported did in one stage: the source of its files.
package struct StageResults: Sendable {
    package struct Share: Sendable {
        package var agent: AgentID
        package var statistics: StageStatistics

        package init(agent: AgentID, statistics: StageStatistics) {
            self.agent = agent
            self.statistics = statistics
        }
    }

    /// The stage's place in order, from 1.
    package var position: Int
    package var order: StageOrder
    package var name: String
    package var type: StageType
    package var shares: [Share]
    /// Agents that should be in it.
    package var expectedAgents: Int
    /// Lines for people that stand above its table.
    package var remarks: [String] = []

    package init(position: Int, order: StageOrder, name: String, type: StageType, shares: [Share], expectedAgents: Int) {
        self.position = position
        self.order = order
        self.name = name
        self.type = type
        self.shares = shares.sorted { $0.agent < $1.agent }
        self.expectedAgents = expectedAgents
    }

    package var table: StatisticsTable {
        var table = StatisticsTable()
        for share in shares { table.merge(share.statistics.table) }
        return table
    }

    /// The longest measured time of an agent: agents begin together, so the fleet worked that long.
    package var duration: Duration { shares.map(\.statistics.duration).max() ?? .zero }

    package var isPartial: Bool { shares.count < expectedAgents }

    /// `02_prepare`: begins the names of all files of this stage.
    package var fileStem: String { "\(position < 10 ? "0" : "")\(position)_\(plainFileName(name))" }

    package var fileName: String { "\(fileStem)_results.tsv" }

    /// The stage file: comment lines, the table, the agents' parts.
    package var text: String {
        var text = isPartial ? "# PARTIAL: \(shares.count) of \(expectedAgents) agents\n" : ""
        text += "# Stage \(position) Results: \(oneLine(name)) (\(type.rawValue))\n"
        text += "# Agents: \(shares.count)\n"
        text += "# Duration: \(fixed(duration.inSeconds, decimals: 2))s\n"
        text += remarks.map { "# \(oneLine($0))\n" }.joined()
        text += ResultsTable(table, duration: duration).text
        text += "\n# Per-Agent Details\n"
        text += "agent_id\tget_ops\tget_bytes\tput_ops\tput_bytes\tmeta_ops\tduration_s\terrors\n"
        return text + shares.map(Self.row).joined()
    }

    private static func row(_ share: Share) -> String {
        let table = share.statistics.table
        let get = table.total(of: OperationClass.get)
        let put = table.total(of: OperationClass.put)
        let meta = table.total(of: OperationClass.meta)
        return "\(share.agent)\t\(get.count)\t\(get.bytes)\t\(put.count)\t\(put.bytes)\t\(meta.count)\t"
            + "\(fixed(share.statistics.duration.inSeconds, decimals: 2))\t\(table.total.errors)\n"
    }
}

extension [StageResults] {
    /// `results.tsv`: the totals of the stages that are the workload (execute and hybrid).
    package var workloadText: String { text { $0 == .execute || $0 == .hybrid } }

    /// `prepare_results.tsv`; nil where nothing was prepared.
    package var prepareText: String? { contains { $0.type == .prepare } ? text { $0 == .prepare } : nil }

    /// `workload_endpoint_stats.tsv`; nil where no agent has endpoints.
    package var workloadEndpointText: String? { endpointText { $0 == .execute || $0 == .hybrid } }

    /// `prepare_endpoint_stats.tsv`; nil where no agent has endpoints.
    package var prepareEndpointText: String? { endpointText { $0 == .prepare } }

    private func endpointText(of included: (StageType) -> Bool) -> String? {
        var all: [EndpointStatistics] = []
        for stage in self where included(stage.type) { for share in stage.shares { all.merge(share.statistics.endpoints) } }
        return all.isEmpty ? nil : EndpointTable(all).text
    }

    private func text(of included: (StageType) -> Bool) -> String {
        var table = StatisticsTable()
        var duration = Duration.zero
        for stage in self where included(stage.type) {
            table.merge(stage.table)
            duration += stage.duration
        }
        return ResultsTable(table, duration: duration).text
    }
}

/// `text` as a part of a file's name: what is not `A–Z a–z 0–9 . _ -` becomes `_`, and never more than 64 characters.
package func plainFileName(_ text: String) -> String {
    let plain = String(text.unicodeScalars.prefix(64).map { isPlainName("x\($0)", maximumLength: 2) ? Character($0) : "_" })
    return plain.isEmpty ? "_" : plain
}

/// `text` where a tab or a newline would break a table.
func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}
