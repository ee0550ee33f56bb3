import Results
import Vocabulary

/// `[=====>     ] 15/30s`: how far a stage is, in seconds where its length is planned, else in objects, else in seconds alone.
struct ProgressBar {
    private let done: Double
    private let label: String

    init(_ stage: StageRecord, elapsed: Duration) {
        let seconds = elapsed.inSeconds
        if let planned = stage.plan.plannedDuration, planned > .zero {
            done = stage.state == .passed ? 1 : min(1, seconds / planned.inSeconds)
            label = "\(fixed(min(seconds, planned.inSeconds).rounded(.down), decimals: 0))/\(fixed(planned.inSeconds, decimals: 0))s"
        } else if let expected = stage.plan.expectedObjects, expected > 0 {
            let count = min(UInt64(expected), stage.latest?.operationsDone ?? 0)
            done = stage.state == .passed ? 1 : Double(count) / Double(expected)
            label = "\(stage.state == .passed ? UInt64(expected) : count)/\(expected) objects"
        } else {
            done = stage.state == .passed ? 1 : 0
            label = Words.seconds(elapsed)
        }
    }

    /// The bar with its label, at most `columns` wide and its bar at most 40.
    func text(columns: Int) -> String {
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
