import Results
import Vocabulary

/// `[=====>     ] 15/30s`: how far a stage is, in seconds where its length is planned, else in objects, else in seconds alone.
struct ProgressBar {
    private let done: Double
    private let label: String
    /// Of objects: how many a second, how many bytes, and when all are done; empty where that is not known.
    let pace: String

    init(_ stage: StageRecord, elapsed: Duration) {
        let seconds = elapsed.inSeconds
        if let planned = stage.plan.plannedDuration, planned > .zero {
            done = stage.state == .passed ? 1 : min(1, seconds / planned.inSeconds)
            pace = ""
            label = "\(fixed(min(seconds, planned.inSeconds).rounded(.down), decimals: 0))/\(fixed(planned.inSeconds, decimals: 0))s"
        } else if let expected = stage.plan.expectedObjects, expected > 0 {
            let count = stage.state == .passed ? UInt64(expected) : min(UInt64(expected), stage.latest?.objectsDone ?? 0)
            done = Double(count) / Double(expected)
            label = "\(count)/\(expected) objects"
            pace = stage.hasEnded ? "" : Self.pace(stage.latest, left: UInt64(expected) - count)
        } else {
            pace = ""
            done = stage.state == .passed ? 1 : 0
            label = Words.seconds(elapsed)
        }
    }

    /// `, 812/s, 50.8 MiB/s, ETA 1m02s`
    private static func pace(_ figures: IntervalFigures?, left: UInt64) -> String {
        guard let figures else { return "" }
        let bytes = figures.operations.reduce(0) { $0 + $1.mebibytesPerSecond }
        let throughput = bytes > 0 ? ", \(fixed(bytes, decimals: 1)) MiB/s" : ""
        guard figures.objectsPerSecond > 0 else { return throughput }
        let rest = left > 0 ? ", ETA \(Words.clock(Double(left) / figures.objectsPerSecond))" : ""
        return ", \(Words.rate(figures.objectsPerSecond))/s\(throughput)\(rest)"
    }

    /// The bar with its label and, where it is wanted and there is room, the pace: at most `columns` wide and its bar at most 40.
    func text(columns: Int, withPace: Bool = true) -> String {
        withPace && columns - width(of: label + pace) - 3 >= 10 ? text(label + pace, columns) : text(label, columns)
    }

    private func text(_ label: String, _ columns: Int) -> String {
        let cells = min(40, columns - width(of: label) - 3)
        guard cells >= 4 else { return label }
        let filled = Int((done * Double(cells)).rounded(.down))
        let head = filled < cells && filled > 0 ? ">" : ""
        let bar = String(repeating: "=", count: filled - head.count) + head
        return "[\(bar)\(String(repeating: " ", count: cells - bar.count))] \(label)"
    }
}

extension StageRecord {
    var hasEnded: Bool { state == .passed || state == .broken || state == .skipped }
}
