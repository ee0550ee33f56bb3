import Vocabulary

/// How a run ended, and over whom.
package struct RunVerdict: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable { case success, degraded, failed, interrupted }

    package var outcome: Outcome
    /// 0, 1, 4, 5 or 130: of several that apply the first of 130, 4, 1, 5, 0.
    package var exitCode: Int32
    /// Agents that completed every stage.
    package var completed: [AgentID]
    package var failed: [AgentID]
    package var lost: [AgentID]
    /// Excluded, stopped, or without one of their stages.
    package var incomplete: [AgentID]
    package var unreachable: [AgentID]
    package var total: Int
    /// Everything that keeps the outcome from being a success, one sentence each.
    package var reasons: [String]
    package var failedOptionalStages: [StageOrder]
}
