import Coordination
import Link
import Measurement
import Plans
import Results
import Vocabulary

extension Coordination.StageOutcome {
    init(_ arrival: Arrival) {
        switch arrival {
        case .completed: self = .completed
        case .failed(let why): self = .failed(why: why)
        case .stopped: self = .stopped
        }
    }
}

extension StageArrival {
    /// How an agent ended a stage; its figures where it reported any.
    init(_ outcome: Coordination.StageOutcome, statistics: StageStatistics?) {
        let (word, why): (Outcome, String?) =
            switch outcome {
            case .completed: (.completed, nil)
            case .failed(let why): (.failed, why)
            case .stopped: (.stopped, nil)
            }
        guard let statistics else {
            self.init(outcome: word, why: why, elapsed: .zero)
            return
        }
        self.init(outcome: word, why: why, statistics: statistics)
    }
}

extension HostFacts {
    /// As the event log has them.
    var summary: [String: String] {
        [
            "host_name": hostName, "kernel": kernel, "cores": "\(cores)", "memory": "\(ByteCount(Int64(clamping: memoryBytes)))",
            "pid": "\(pid)",
        ]
    }
}

extension Plan {
    /// How often agents report that they live: as often as the most impatient barrier wants.
    var shortestHeartbeat: Duration {
        stages.compactMap { $0.barrier?.liveness.heartbeatInterval }.reduce(policy.liveness.heartbeatInterval, min)
    }
}
