import ArgumentParser
import Controller
import Measurement
import Plans
import Results
import TerminalUI
import Vocabulary
import Workloads

/// A replay by agents on hosts: a run of one stage, to which the log is pushed.
struct FleetReplay {
    let work: ReplayWork
    let hosts: HostOptions
    let results: String
    let agent: String?

    /// Whether whatever is wrong with the log is known before a host is touched; the run's exit code.
    func run() async throws -> Int32 {
        let extent: Replay.Extent
        do throws(Replay.Failure) {
            extent = try Replay(work).look()
        } catch {
            Console.error("\(error)")
            throw ExitCode.failure
        }
        let plan = try plan(for: extent)
        return try await Performance.begin(plan, options: RunOptions(), under: results, agent: agent, ssh: hosts.ssh) { folder, display in
            guard let outcome = try? Self.outcome(in: folder, of: plan.agents.map(\.id)) else { return }
            let report = ReplayReport(outcome)
            display.print(report.text)
            do { try replaceFile("\(folder.path)/replay_results.tsv", with: report.table) } catch { Console.error("\(error)") }
        }
    }

    func plan(for extent: Replay.Extent) throws -> Plan {
        let order = StageOrder(1)
        let length = work.speed.map { speed in Duration.nanoseconds(Int64(Double(extent.duration.wholeNanoseconds) / speed)) }
        var plan = try basis()
        var stage = StagePlan(
            order: order, name: "replay", type: .execute, barrier: BarrierPolicy(), timeout: (length ?? .seconds(86_400)) + .seconds(3600))
        stage.plannedDuration = length.flatMap { $0 > .zero ? $0 : nil }
        plan.stages = [stage]
        guard plan.agents.allSatisfy({ if case .listen = $0.reach { false } else { true } }) else {
            throw ValidationError("agents that were started by hand cannot be given a log\n  fix: ssh: {enabled: true} in the playbook")
        }
        let name = work.log.split(separator: "/").last.map(String.init) ?? "log.tsv"
        plan.deployment.files = [FilePush(from: work.log, to: "replay/\(name)")]
        for index in plan.agents.indices {
            var own = work
            own.log = "replay/\(name)"
            own.share = Share(index: index, count: plan.agents.count)
            plan.agents[index].operationLog = nil
            plan.agents[index].stages = [
                AgentStage(order: order, name: stage.name, type: .execute, timeout: stage.timeout, work: .replay(own))
            ]
        }
        return plan
    }

    /// The playbook's agents with all that it says of them, else one on each host.
    private func basis() throws -> Plan {
        if let playbook = hosts.playbook {
            var plan = try PlaybookArguments.plan(of: playbook, limit: try hosts.limit.map(HostOptions.limit))
            plan.notCarriedOut = []
            return plan
        }
        let agents = try hosts.reaches().enumerated().map { index, reach in
            AgentPlan(id: AgentID(number: index + 1), number: index + 1, reach: reach, stages: [])
        }
        return Plan(name: "replay", playbookPath: work.log, agents: agents, stages: [])
    }

    /// What all agents whose results are home did, merged.
    static func outcome(in folder: RunFolder, of agents: [AgentID]) throws -> Replay.Outcome? {
        var measures: [ReplayMeasure] = []
        for agent in agents {
            guard let bytes = try readFile("\(folder.agentPath(agent))/\(ReplayWork.measureName)") else { continue }
            if let measure = ReplayMeasure(encoded: bytes) { measures.append(measure) }
        }
        guard var sum = measures.first else { return nil }
        for measure in measures.dropFirst() { sum.merge(measure) }
        var now = StatisticsTable()
        var duration = Duration.zero
        for stages in try folder.statisticsAtHome(agents).values {
            for stage in stages {
                now.merge(stage.table)
                duration = max(duration, stage.duration)
            }
        }
        let missing = agents.count - measures.count
        return Replay.Outcome(
            now: now, sum, duration: duration, notes: missing > 0 ? ["PARTIAL: \(measures.count) of \(agents.count) agents"] : [])
    }
}
