import Measurement
import Vocabulary

/// One row of `perf_log.tsv`: an interval of one agent, or of all merged.
package struct PerformanceRow {
    private static let classColumns =
        ["get", "put"].map { "\($0)_ops\t\($0)_bytes\t\($0)_iops\t\($0)_mbps\t\($0)_mean_us\t\($0)_p50_us\t\($0)_p90_us\t\($0)_p99_us" }
        + ["meta_ops\tmeta_iops\tmeta_mean_us\tmeta_p50_us\tmeta_p90_us\tmeta_p99_us"]

    private static let openLoopColumns = ["get", "put", "meta"].map { name in
        ["mean", "p50", "p90", "p95", "p99", "p999"].map { "\t\(name)_corrected_\($0)_us" }.joined()
    }.joined()

    /// The reference's columns, then ours: the 95th percentiles, the agents in the row, how long its interval was, and what the network
    /// and the disks of the hosts did in it.
    private static let columns =
        "agent_id\ttimestamp_epoch_ms\telapsed_s\tstage\t" + classColumns.joined(separator: "\t")
        + "\tcpu_user_pct\tcpu_system_pct\tcpu_iowait_pct\terrors\tis_warmup"
        + "\tget_p95_us\tput_p95_us\tmeta_p95_us\tagents\tinterval_s"
        + "\tnet_rx_bytes\tnet_tx_bytes\tdisk_read_ops\tdisk_read_bytes\tdisk_write_ops\tdisk_write_bytes"

    /// Where a stage is an open loop, latencies from the intended beginning stand at the end.
    package static func header(isOpenLoop: Bool) -> String { columns + (isOpenLoop ? openLoopColumns : "") + "\n" }

    package var agent: String
    /// Of the interval's end; a label.
    package var epochMilliseconds: Int64
    /// From the first interval's beginning to this one's end.
    package var elapsed: Duration
    package var stage: String
    package var table: StatisticsTable
    package var duration: Duration
    /// Of all hosts together, each once.
    package var host: HostCounters
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
        host = interval.host
        isWarmup = interval.isWarmup
        self.agents = agents
    }

    package func text(isOpenLoop: Bool) -> String {
        let classes = OperationClass.allCases.map { ($0, table.total(of: $0)) }
        var row = [agent, "\(epochMilliseconds)", decimal(elapsed.inSeconds), oneLine(stage)]
        for (operationClass, part) in classes { row += fields(operationClass, part) }
        row += [\.user, \.system, \.ioWait].map { decimal(host.cpu.percent($0)) }
        row += ["\(table.total.errors)", isWarmup ? "1" : "0"]
        for (_, part) in classes { row.append(decimal(Microseconds(part.latency).at(95))) }
        let traffic = host.traffic
        row += ["\(agents)", decimal(duration.inSeconds)]
        row += [
            traffic.received, traffic.sent, traffic.diskReads, traffic.diskReadBytes, traffic.diskWrites, traffic.diskWrittenBytes,
        ].map { "\($0)" }
        if isOpenLoop { for (_, part) in classes { row += corrected(part) } }
        return row.joined(separator: "\t") + "\n"
    }

    private func corrected(_ part: OperationStatistics) -> [String] {
        let latency = Microseconds(part.corrected)
        return ([latency.mean] + [50, 90, 95, 99, 99.9].map(latency.at)).map(decimal)
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
