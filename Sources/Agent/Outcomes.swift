import Coordination
import Link
import Measurement
import Vocabulary
import Workloads

extension Coordination.StageOutcome {
    init(_ end: Workloads.StageOutcome.End) {
        switch end {
        case .completed: self = .completed
        case .failed(let why): self = .failed(why: why)
        case .stopped: self = .stopped
        }
    }
}

extension Arrival {
    init(_ outcome: Coordination.StageOutcome) {
        switch outcome {
        case .completed: self = .completed
        case .failed(let why): self = .failed(why: why)
        case .stopped: self = .stopped
        }
    }
}

extension Workloads.StageOutcome {
    /// The end of a stage that this agent was never told of.
    static func unknownStage(_ order: StageOrder) -> Workloads.StageOutcome {
        let now = SystemClock.now
        return Workloads.StageOutcome(
            end: .failed(why: "stage \(order) is not in this agent's plan"),
            statistics: StageStatistics(stage: order, begin: now, end: now), ledger: PutLedger())
    }
}
