import Vocabulary

/// One agent as it decides for itself.
package struct AgentMachine: Sendable {
    package let rules: AgentBounds

    package init(rules: AgentBounds, now: Moment) {
        self.rules = rules
    }

    /// Takes in one event and says what to do about it.
    package mutating func event(_ event: AgentEvent, at now: Moment) -> [AgentAction] { [] }
}
