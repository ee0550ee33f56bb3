import Measurement
import Vocabulary

/// `histograms/`: every latency of a run, exact to the histograms' precision and mergeable with those of other runs.
///
/// `index.tsv` has a line a stage: `file stage name type agents expected_agents operations`. Each `NN_<stage>.bin` is a file of
/// records (`RecordFile`), one an agent: the length of its id (1 byte), its id, and its `StageStatistics.encoded()`.
package enum HistogramFolder {
    package static func write(_ stages: [StageResults], into folder: String) throws {
        try makeFolders(folder)
        var index = "file\tstage\tname\ttype\tagents\texpected_agents\toperations\n"
        for stage in stages {
            let name = "\(stage.fileStem).bin"
            let fresh = "\(folder)/\(name)"
            try removeFile(fresh)
            let file = try RecordFile.Writer(fresh)
            for share in stage.shares { try file.append(record(share)) }
            index += "\(name)\t\(stage.order)\t\(plainFileName(stage.name))\t\(stage.type.rawValue)\t\(stage.shares.count)\t"
            index += "\(stage.expectedAgents)\t\(stage.table.total.count)\n"
        }
        try replaceFile("\(folder)/index.tsv", with: index)
    }

    /// The agents' parts in one of its files.
    package static func read(_ path: String) throws -> [StageResults.Share] {
        try RecordFile.read(path).map { record in
            guard let length = record.first.map(Int.init), record.count > length,
                let agent = AgentID(String(decoding: record[1...length], as: UTF8.self)),
                let statistics = StageStatistics(encoded: record[(1 + length)...])
            else { throw ResultsError.records(path: path, why: "a record is no agent's stage") }
            return StageResults.Share(agent: agent, statistics: statistics)
        }
    }

    static func record(_ share: StageResults.Share) -> [UInt8] {
        let id = Array(share.agent.text.utf8)
        return [UInt8(id.count)] + id + share.statistics.encoded()
    }
}
