import Plans
import Vocabulary

extension Planner {
    /// The stages in order: those written, else those that the rest of the file implies.
    func planStages() -> [PlannedStage] {
        var stages: [PlannedStage]
        if let written = playbook.distributed?.stages {
            stages = writtenStages(written)
        } else {
            stages = impliedStages()
            if let distributed = playbook.distributed, !stages.isEmpty {
                distributed.cursor.warn(
                    "has no stages; performed are \(stages.map(\.name).joined(separator: ", "))",
                    fix: "write them under distributed.stages; `muster convert` does"
                )
            }
        }
        checkCleanup(&stages)
        return stages
    }

    private func impliedStages() -> [PlannedStage] {
        let prepare = playbook.prepare
        let makes = prepare.map { !$0.sets.isEmpty || $0.tree != nil } ?? false
        let cleanupOnly = prepare?.cleanupOnly?.value == true
        let duration = playbook.duration?.value ?? Self.defaultDuration
        var kinds: [(String, StageType)] = []
        if !cleanupOnly {
            if makes { kinds.append(("prepare", .prepare)) }
            if playbook.workloadCount > 0, duration > .zero { kinds.append(("execute", .execute)) }
        }
        if cleanupOnly ? prepare?.cleanup?.value != false : prepare?.cleanup?.value == true { kinds.append(("cleanup", .cleanup)) }
        if kinds.isEmpty {
            let unread =
                (playbook.prepare == nil && playbook.cursor.hasKey("prepare"))
                || (playbook.workload == nil && playbook.cursor.hasKey("workload"))
            if unread { return [] }
            playbook.cursor.fail("there is nothing to do: neither prepare nor a workload", fix: "workload: with an operation in it")
            return []
        }
        if !cleanupOnly { kinds.insert(("preflight", .validation), at: 0) }
        return kinds.enumerated().map { index, kind in
            let (name, type) = kind
            var stage = PlannedStage(
                order: StageOrder(index + 1), name: name, type: type, barrier: impliedBarrier(for: type),
                timeout: PlannedStage.defaultTimeout(of: type), optional: type == .cleanup)
            if type == .execute {
                stage.duration = duration
                stage.steadyState = steadyState(nil, within: duration)
            }
            checkWarmup(against: stage.duration)
            stage.timeout = max(stage.timeout, ownTime(of: stage) + .seconds(60))
            return stage
        }
    }

    /// Implied stages wait for each other unless `barrier_sync` is switched off: that is what phases did.
    private func impliedBarrier(for type: StageType) -> BarrierPolicy? {
        guard let barriers = playbook.distributed?.barriers else {
            return BarrierPolicy(type: type == .cleanup ? .bestEffort : .allOrNothing)
        }
        guard barriers.enabled == true else { return nil }
        return checked(barriers.settings(for: type), fallback: barriers.cursor)
    }

    private func writtenStages(_ sections: [StageSection]) -> [PlannedStage] {
        checkNamesAndOrders(sections)
        let unordered = sections.allSatisfy { $0.order == nil }
        let planned = sections.enumerated().map { index, section in
            if section.order == nil, !unordered {
                section.cursor.fail("has no order, and other stages have one", fix: "order: on every stage, or on none")
            }
            return plan(section, order: StageOrder(section.order?.value ?? index + 1))
        }
        return planned.sorted { $0.order < $1.order }
    }

    private func checkNamesAndOrders(_ sections: [StageSection]) {
        var names: Set<String> = []
        var orders: [Int: String] = [:]
        for section in sections {
            if !names.insert(section.name.value).inserted { section.name.at.fail("another stage is called `\(section.name.value)` too") }
            guard let order = section.order else { continue }
            if let other = orders[order.value] {
                order.at.fail(
                    "stage `\(other)` has order \(order.value) too",
                    fix: "order: \(freeOrder(after: order.value, in: sections))")
            } else {
                orders[order.value] = section.name.value
            }
        }
    }

    private func freeOrder(after order: Int, in sections: [StageSection]) -> Int {
        let taken = Set(sections.compactMap { $0.order?.value })
        return (order...).first { !taken.contains($0) } ?? order
    }

    private func plan(_ section: StageSection, order: StageOrder) -> PlannedStage {
        checkCompletion(of: section)
        var stage = PlannedStage(
            order: order, name: section.name.value, type: section.type, barrier: barrier(of: section),
            timeout: PlannedStage.defaultTimeout(of: section.type), optional: section.optional)
        stage.expectedObjects = section.expectedObjects
        stage.expectedTasks = section.expectedTasks
        stage.command = section.command
        stage.arguments = section.arguments
        if section.type == .execute {
            stage.duration = section.duration?.value ?? playbook.duration?.value ?? Self.defaultDuration
            if stage.duration == .zero { section.cursor.fail("has no duration, and the playbook's is 0", fix: "duration: 60s") }
        } else if section.type == .hybrid {
            stage.duration = section.duration?.value
            if stage.duration == nil, stage.expectedTasks == nil, !section.isBounded {
                section.cursor.fail("has no bound", fix: "max_duration, expected_tasks or both")
            }
        }
        if section.type == .execute || section.type == .hybrid {
            if playbook.workloadCount == 0, playbook.workload != nil || !playbook.cursor.hasKey("workload") {
                section.cursor.fail("has no workload to perform", fix: "workload: with an operation in it")
            }
            checkWarmup(against: stage.duration)
            stage.steadyState = steadyState(section.steadyState, within: stage.duration)
        }
        stage.timeout = timeout(of: section, ownTime: ownTime(of: stage), default: stage.timeout)
        return stage
    }

    /// How long a stage takes by its own settings.
    private func ownTime(of stage: PlannedStage) -> Duration {
        stage.type == .prepare ? playbook.prepare?.delayAfter ?? .zero : stage.duration ?? .zero
    }

    private func timeout(of section: StageSection, ownTime: Duration, default fallback: Duration) -> Duration {
        let least = ownTime + .seconds(60)
        guard let written = section.timeout else { return ownTime > .zero ? max(fallback, least) : fallback }
        if written.value < .seconds(60) { written.at.warn("a stage is given less than 60 s") }
        if ownTime > .zero, written.value < least {
            written.at.warn("is less than the stage's own \(ownTime.written) and 60s; taken are \(least.written)", fix: "leave it out")
            return least
        }
        return written.value
    }

    private func checkWarmup(against duration: Duration?) {
        guard let warmup = playbook.warmup, let duration, warmup.value >= duration else { return }
        warmup.at.fail("nothing is left to measure: the load lasts \(duration.written)", fix: "a warmup_period shorter than the duration")
    }

    /// A stage's own, else that of the whole file.
    private func steadyState(_ own: Located<SteadyStatePolicy>?, within duration: Duration?) -> SteadyStatePolicy? {
        guard let wanted = own ?? playbook.steadyState else { return nil }
        let least = wanted.value.window + wanted.value.window / 20 + (playbook.warmup?.value ?? .zero)
        if let duration, least > duration {
            wanted.at.warn(
                "the load is over after \(duration.written), before it can be seen to settle (\(least.written), warm-up included)",
                fix: "a longer duration, or a shorter window")
        }
        return wanted.value
    }

    private func checkCompletion(of section: StageSection) {
        guard let completion = section.completion else { return }
        let right: [StageSection.Completion] =
            switch section.type {
            case .validation: [.validationPassed]
            case .prepare, .cleanup: [.tasksDone]
            case .execute: [.duration]
            case .hybrid: [.durationOrTasks]
            case .custom: [.scriptExit, .tasksDone]
            }
        guard !right.contains(completion.value) else { return }
        completion.at.fail(
            "a stage of type \(section.type.rawValue) cannot end by \(completion.value.rawValue)", fix: "completion: \(right[0].rawValue)")
    }

    /// A stage's own barrier, over its phase's, over the defaults; without one of its own only where `barrier_sync` is enabled.
    private func barrier(of section: StageSection) -> BarrierPolicy? {
        let sync = playbook.distributed?.barriers
        if let own = section.barrier { return checked(own.over(sync?.settings(for: section.type)), fallback: section.cursor) }
        guard let sync, sync.enabled == true else { return nil }
        return checked(sync.settings(for: section.type), fallback: sync.cursor)
    }

    private func checked(_ settings: BarrierSection, fallback: Cursor) -> BarrierPolicy {
        let policy = settings.policy
        if policy.wait < policy.liveness.bound {
            (settings.wait?.at ?? settings.cursor ?? fallback).warn(
                "waits \(policy.wait.written), less than the \(policy.liveness.bound.written) after which a silent agent is lost",
                fix: "agent_barrier_timeout: \(Int(policy.liveness.bound.inSeconds.rounded(.up)) + 1)")
        }
        return policy
    }

    /// `cleanup_only` leaves nothing but checks and cleanup; `cleanup: false` and a cleanup stage are at odds.
    private func checkCleanup(_ stages: inout [PlannedStage]) {
        guard let prepare = playbook.prepare else { return }
        if let only = prepare.cleanupOnly, only.value {
            if let cleanup = prepare.cleanup, !cleanup.value {
                cleanup.at.fail("cleanup_only wants cleanup: true", fix: "cleanup: true")
            }
            let skipped = stages.filter { $0.type != .validation && $0.type != .cleanup }
            if !skipped.isEmpty {
                only.at.warn("leaves out \(skipped.map { "`\($0.name)`" }.joined(separator: ", "))")
                stages.removeAll { $0.type != .validation && $0.type != .cleanup }
            }
            if !stages.contains(where: { $0.type == .cleanup }), playbook.distributed?.stages != nil {
                only.at.fail("there is no stage of type cleanup", fix: "a stage with config: {type: cleanup}")
            }
        } else if let cleanup = prepare.cleanup, !cleanup.value, let stage = stages.first(where: { $0.type == .cleanup }) {
            cleanup.at.warn("stage `\(stage.name)` cleans up nevertheless", fix: "leave one of them out")
        }
    }
}
