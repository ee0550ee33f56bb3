import Vocabulary

/// One run as the controller decides it.
package struct RunMachine: Sendable {
    package let rules: RunRules
    package internal(set) var phase: RunPhase = .preparing

    /// `agents`: at least one, without repetition.
    package init(rules: RunRules, agents: [AgentID], now: Moment) {
        self.rules = rules
    }

    /// Takes in one event and says what to do about it.
    package mutating func event(_ event: RunEvent, at now: Moment) -> [RunAction] { [] }
}
