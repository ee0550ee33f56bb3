import Plans
import Vocabulary

extension Meaning {
    /// Keys of `distributed.stages` and of barriers.
    static let stages: [String: Meaning] = {
        var meanings = stage
        for (key, meaning) in settings { meanings["distributed.stages[].\(key)"] = meaning }
        for (key, meaning) in settings { meanings["distributed.stages[].config.\(key)"] = meaning }
        for (key, meaning) in barrier({ try $0.stage().map { [$0] } ?? [] }) { meanings["distributed.stages[].barrier.\(key)"] = meaning }
        for type in [StageType.validation, .prepare, .execute, .cleanup] {
            let phase = "distributed.barrier_sync.\(type.rawValue)"
            for (key, meaning) in barrier({ place in stages(of: type, in: place) }) { meanings["\(phase).\(key)"] = meaning }
        }
        return meanings.merging(sync) { first, _ in first }
    }()

    private static let stage: [String: Meaning] = [
        "distributed.stages[].name": Meaning(.text) { try $0.stage()?.name },
        "distributed.stages[].order": .number { try $0.stage()?.order.number },
        "distributed.stages[].completion": Meaning(.word()) { place in
            switch try place.stage()?.type {
            case .validation: "validation_passed"
            case .prepare, .cleanup: "tasks_done"
            case .execute: "duration"
            case .hybrid: "duration_or_tasks"
            // Two words for one thing.
            case .custom: place.written.text == "tasks_done" ? "tasks_done" : "script_exit"
            case nil: nil
            }
        },
        "distributed.stages[].optional": .boolean { try $0.stage()?.optional },
    ]

    private static let settings: [String: Meaning] = [
        "type": Meaning(.word()) { try $0.stage()?.type.rawValue },
        "timeout_secs": .seconds { try $0.stage()?.timeout },
        "duration": .seconds { place in place.common(try place.works().map(\.load?.duration)) ?? nil },
        "max_duration": .seconds { place in place.common(try place.works().map(\.load?.duration)) ?? nil },
        "expected_tasks": .number { place in
            let limits = try place.works().compactMap(\.load?.taskLimit)
            return limits.isEmpty ? nil : Int(limits.reduce(0, +))
        },
        "expected_objects": .number { try $0.stage()?.expectedObjects },
        "command": Meaning(.text) { place in place.common(try place.works().map(\.custom?.command)) ?? nil },
        "args[]": Meaning(.text) { place in place.common(try place.works().compactMap { $0.custom?.arguments[place.index(1)] }) },
    ]

    /// The settings of the barriers of `stages`.
    private static func barrier(_ stages: @escaping @Sendable (Place) throws -> [StagePlan]) -> [String: Meaning] {
        @Sendable func one<T: Equatable & SendableMetatype>(_ place: Place, _ value: (BarrierPolicy) -> T) throws -> T? {
            place.common(try stages(place).compactMap(\.barrier).map(value))
        }
        return [
            "type": Meaning(.word(["besteffort": "best_effort"])) { try one($0, \.type.rawValue) },
            "heartbeat_interval": .seconds { try one($0, \.liveness.heartbeatInterval) },
            "missed_threshold": .number { try one($0, \.liveness.missedThreshold) },
            "query_timeout": .seconds { try one($0, \.liveness.queryTimeout) },
            "query_retries": .number { try one($0, \.liveness.queryRetries) },
            "agent_barrier_timeout": .seconds { try one($0, \.wait) },
        ]
    }

    /// Stages of one kind that say nothing of the written setting themselves.
    private static func stages(of type: StageType, in place: Place) -> [StagePlan] {
        let setting = place.written.key.split(separator: ".").last.map(String.init) ?? ""
        let own = place.all.filter { $0.key == "distributed.stages[].barrier.\(setting)" }.compactMap(\.indices.first)
        let names = place.all.filter { $0.key == "distributed.stages[].name" && own.contains($0.indices[0]) }.map(\.text)
        return place.plan.stages.filter { $0.type == type && !names.contains($0.name) }
    }

    private static let sync: [String: Meaning] = [
        "distributed.barrier_sync.enabled": .boolean { place in
            let own = Set(place.all.filter { $0.key.hasPrefix("distributed.stages[].barrier.") }.compactMap(\.indices.first))
            let names = place.all.filter { $0.key == "distributed.stages[].name" && own.contains($0.indices[0]) }.map(\.text)
            return place.common(place.plan.stages.filter { !names.contains($0.name) }.map { $0.barrier != nil })
        },
        "distributed.barrier_sync.default_heartbeat_interval": .seconds { $0.plan.policy.liveness.heartbeatInterval },
        "distributed.barrier_sync.default_missed_threshold": .number { $0.plan.policy.liveness.missedThreshold },
        "distributed.barrier_sync.default_query_timeout": .seconds { $0.plan.policy.liveness.queryTimeout },
        "distributed.barrier_sync.default_query_retries": .number { $0.plan.policy.liveness.queryRetries },
        "distributed.barrier_sync.agent_barrier_timeout": .seconds { place in
            // Phases and stages may have a wait of their own.
            place.plan.stages.first { $0.barrier != nil }?.barrier?.wait
        },
    ]

    /// Every key of the format that has a meaning.
    static let all: [String: Meaning] = [load, operations, prepare, distributed, stages].reduce(into: [:]) { all, part in
        all.merge(part) { first, _ in first }
    }
}

extension StageWork {
    var load: LoadWork? { if case .load(let work) = self { work } else { nil } }
    var custom: CustomWork? { if case .custom(let work) = self { work } else { nil } }
}
