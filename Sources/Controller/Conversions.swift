import Coordination
import Deployment
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

extension Collected {
    /// What became of an agent's results, as far as they were received.
    init(_ receiver: ResultReceiver?, complete: Bool, via way: Way, note: String) {
        self.init(
            files: receiver?.files ?? 0, bytes: receiver?.bytes ?? 0, complete: complete, via: way, note: note.isEmpty ? nil : note)
    }
}

extension Deployed {
    init(_ agent: DeployedAgent) {
        self.init(
            cached: agent.wasCached, sent: agent.bytesSent, directory: agent.directory, pid: Int(agent.pid), sha256: agent.sha256)
        fedBy = agent.fedBy
    }
}

extension DeployedAgent {
    /// An agent that another controller started.
    init(_ deployed: Deployed, _ agent: AgentID, of run: RunID) {
        self.init(
            run: run, agent: agent, directory: deployed.directory, pid: Int32(clamping: deployed.pid), sha256: deployed.sha256,
            wasCached: deployed.cached, bytesSent: deployed.sent, facts: LaunchFacts())
    }
}

extension ControllerBeginning {
    /// The boot of this machine.
    static var thisBoot: String {
        guard let bytes = try? readFile("/proc/sys/kernel/random/boot_id") else { return "" }
        return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
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
