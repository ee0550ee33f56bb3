import Measurement
import Vocabulary

/// One row of `perf_log.tsv`: an interval of one agent, or of all merged.
package struct PerformanceRow {
    private static let classColumns =
        ["get", "put"].map { "\($0)_ops\t\($0)_bytes\t\($0)_iops\t\($0)_mbps\t\($0)_mean_us\t\($0)_p50_us\t\($0)_p90_us\t\($0)_p99_us" }
        + ["meta_ops\tmeta_iops\tmeta_mean_us\tmeta_p50_us\tmeta_p90_us\tmeta_p99_us"]

    /// The reference's columns, then ours: the 95th percentiles, the agents in the row, and how long its interval was.
    package static let header =
        "agent_id\ttimestamp_epoch_ms\telapsed_s\tstage\t" + classColumns.joined(separator: "\t")
        + "\tcpu_user_pct\tcpu_system_pct\tcpu_iowait_pct\terrors\tis_warmup"
        + "\tget_p95_us\tput_p95_us\tmeta_p95_us\tagents\tinterval_s\n"

    package var agent: String
    /// Of the interval's end; a label.
    package var epochMilliseconds: Int64
    /// From the first interval's beginning to this one's end.
    package var elapsed: Duration
    package var stage: String
    package var table: StatisticsTable
    package var duration: Duration
    /// user, system, iowait: percent of all CPUs, over several agents their mean.
    package var cpu: (user: Double, system: Double, ioWait: Double)
    package var isWarmup: Bool
    package var agents: Int

    package init(
        agent: String, epochMilliseconds: Int64, elapsed: Duration, stage: String, interval: IntervalStatistics, agents: Int = 1
    ) {
        self.agent = agent
        self.epochMilliseconds = epochMilliseconds
        self.elapsed = elapsed
        self.stage = stage
        table = interval.table
        duration = interval.duration
        cpu = (interval.cpuUserPercent, interval.cpuSystemPercent, interval.cpuIOWaitPercent)
        isWarmup = interval.isWarmup
        self.agents = agents
    }

    package var text: String {
        let classes = OperationClass.allCases.map { ($0, table.total(of: $0)) }
        var row = [agent, "\(epochMilliseconds)", decimal(elapsed.inSeconds), oneLine(stage)]
        for (operationClass, part) in classes { row += fields(operationClass, part) }
        row += [cpu.user, cpu.system, cpu.ioWait].map(decimal)
        row += ["\(table.total.errors)", isWarmup ? "1" : "0"]
        for (_, part) in classes { row.append(decimal(Microseconds(part.latency).at(95))) }
        row += ["\(agents)", decimal(duration.inSeconds)]
        return row.joined(separator: "\t") + "\n"
    }

    private func fields(_ operationClass: OperationClass, _ part: OperationStatistics) -> [String] {
        let latency = Microseconds(part.latency)
        let latencies = [latency.mean, latency.at(50), latency.at(90), latency.at(99)].map(decimal)
        let perSecond = decimal(rate(Double(part.count), over: duration.inSeconds))
        guard operationClass != .meta else { return ["\(part.count)", perSecond] + latencies }
        let throughput = decimal(rate(Double(part.bytes), over: duration.inSeconds) / 1_048_576)
        return ["\(part.count)", "\(part.bytes)", perSecond, throughput] + latencies
    }

    private func decimal(_ value: Double) -> String { fixed(value, decimals: 2) }
}
