import Coordination
import Plans
import Vocabulary

extension RunRules {
    /// The rules of a plan, as the coordination sees them.
    package init(plan: Plan, skipUnreachable: Bool) {
        self.init(stages: plan.stages.map(StagePolicy.init(plan:)))
        let policy = plan.policy
        minimumAgents = policy.minimumAgents
        onAgentLoss = policy.onAgentLoss == .abort ? .abort : .continue
        liveness = LivenessRules(policy.liveness)
        self.skipUnreachable = skipUnreachable
        cleanupAfterBreak = policy.cleanupAfterBreak
        lease = policy.lease
        readyTimeout = policy.agentReadyTimeout
        startDelay = policy.startDelay
    }
}

extension StagePolicy {
    init(plan: StagePlan) {
        self.init(
            order: plan.order, type: plan.type, barrier: plan.barrier.map(BarrierRules.init), timeout: plan.timeout,
            optional: plan.optional, beginsTogether: plan.beginsTogether)
    }
}

extension BarrierRules {
    init(_ policy: BarrierPolicy) {
        self.init(type: policy.type, liveness: LivenessRules(policy.liveness), wait: policy.wait)
    }
}

extension LivenessRules {
    init(_ policy: LivenessPolicy) {
        self.init(
            heartbeatInterval: policy.heartbeatInterval, missedThreshold: policy.missedThreshold,
            queryTimeout: policy.queryTimeout, queryRetries: policy.queryRetries)
    }
}
