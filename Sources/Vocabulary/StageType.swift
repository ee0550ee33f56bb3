/// What a stage does, as `config.type` names it.
package enum StageType: String, Sendable, Codable, CaseIterable, Hashable {
    case validation, prepare, execute, cleanup, custom, hybrid
}

/// How the agents of a stage wait for each other.
package enum BarrierType: String, Sendable, Codable, CaseIterable, Hashable {
    case allOrNothing = "all_or_nothing"
    case majority
    case bestEffort = "best_effort"
}
