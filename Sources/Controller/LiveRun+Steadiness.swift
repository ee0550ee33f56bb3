import Coordination
import Measurement
import Plans
import Results
import Vocabulary

// Loads that end when the throughput of all agents together has settled.
extension LiveRun {
    func watch(_ interval: IntervalStatistics, of agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        let order = interval.stage
        guard let policy = plan.stages.first(where: { $0.order == order })?.steadyState, record.steadiness(of: order) == nil,
            let epoch = machine.epoch(of: order), let offset = clocks[agent]?.track.offset(at: interval.end)
        else { return }
        let working = machine.performers(of: order)
        guard working.contains(agent) else { return }
        var watch = steadiness[order] ?? SteadyStateWatch(policy)
        let isSettled = watch.add(interval, from: agent, offset: offset, working: working)
        steadiness[order] = watch
        guard isSettled else { return }
        note(.steadiness(order, watch.finding))
        await decide(.enough(order, epoch: epoch), &group)
    }

    /// Before a stage's figures: that it did not settle, where it was to.
    func noteUnrest(of stage: StageOrder) {
        guard let policy = plan.stages.first(where: { $0.order == stage })?.steadyState, record.steadiness(of: stage) == nil else { return }
        note(.steadiness(stage, (steadiness[stage] ?? SteadyStateWatch(policy)).finding))
    }
}

extension RunRecord {
    fileprivate func steadiness(of stage: StageOrder) -> SteadinessFinding? { stages.first { $0.order == stage }?.steadiness }
}
