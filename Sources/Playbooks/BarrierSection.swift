import Plans
import Vocabulary

/// A barrier's settings as far as they are written somewhere; what is not written comes from the next wider place.
struct BarrierSection {
    var cursor: Cursor?
    var type: Located<BarrierType>?
    var heartbeatInterval: Duration?
    var missedThreshold: Int?
    var queryTimeout: Duration?
    var queryRetries: Int?
    var wait: Located<Duration>?

    /// `barrier:` of a stage, or a phase's settings under `barrier_sync`.
    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        type = section.located("type") { at in
            at.choice([
                "all_or_nothing": BarrierType.allOrNothing, "majority": .majority, "best_effort": .bestEffort, "besteffort": .bestEffort,
            ])
        }
        readTimes(section, prefix: "")
        section.close()
    }

    /// The `default_…` settings of `barrier_sync` itself.
    init(defaultsOf section: Section) {
        readTimes(section, prefix: "default_")
    }

    private mutating func readTimes(_ section: Section, prefix: String) {
        heartbeatInterval = section.take("\(prefix)heartbeat_interval")?.duration()
        missedThreshold = section.take("\(prefix)missed_threshold")?.integer()
        queryTimeout = section.take("\(prefix)query_timeout")?.duration()
        queryRetries = section.take("\(prefix)query_retries")?.integer()
        wait = section.located("agent_barrier_timeout") { $0.duration() }
    }

    /// These settings, and `wider`'s where these say nothing.
    func over(_ wider: BarrierSection?) -> BarrierSection {
        guard let wider else { return self }
        var result = self
        result.type = type ?? wider.type
        result.heartbeatInterval = heartbeatInterval ?? wider.heartbeatInterval
        result.missedThreshold = missedThreshold ?? wider.missedThreshold
        result.queryTimeout = queryTimeout ?? wider.queryTimeout
        result.queryRetries = queryRetries ?? wider.queryRetries
        result.wait = wait ?? wider.wait
        return result
    }

    func liveness(over base: LivenessPolicy) -> LivenessPolicy {
        var liveness = base
        liveness.heartbeatInterval = heartbeatInterval ?? base.heartbeatInterval
        liveness.missedThreshold = missedThreshold ?? base.missedThreshold
        liveness.queryTimeout = queryTimeout ?? base.queryTimeout
        liveness.queryRetries = queryRetries ?? base.queryRetries
        return liveness
    }

    var policy: BarrierPolicy {
        var policy = BarrierPolicy(type: type?.value ?? .allOrNothing)
        policy.liveness = liveness(over: LivenessPolicy())
        policy.wait = wait?.value ?? policy.wait
        return policy
    }
}

/// `distributed.barrier_sync`: barriers for all stages, and by kind of stage.
struct BarrierSyncSection {
    let cursor: Cursor
    /// nil: not written, which means no.
    var enabled: Bool?
    var defaults: BarrierSection
    var phases: [StageType: BarrierSection] = [:]

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        enabled = section.take("enabled")?.boolean()
        defaults = BarrierSection(defaultsOf: section)
        for type in [StageType.validation, .prepare, .execute, .cleanup] {
            if let at = section.take(type.rawValue) { phases[type] = BarrierSection(at) }
        }
        section.close()
        if enabled == nil, !phases.isEmpty {
            cursor.warn("is not enabled: stages without a barrier of their own do not wait for each other", fix: "enabled: true")
        }
    }

    /// What holds for stages of `type`: the phase's settings over the defaults. A hybrid stage is a kind of execute stage.
    func settings(for type: StageType) -> BarrierSection {
        phases[type == .hybrid ? .execute : type]?.over(defaults) ?? defaults
    }
}
