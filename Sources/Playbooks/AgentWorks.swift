import Plans
import Vocabulary

/// Puts together what each agent does in each stage.
struct AgentWorks {
    let playbook: Playbook
    let storage: StorageLayout
    let name: String
    let agentCount: Int

    func plan(for agent: PlannedAgent, operations: [LoadOperation], stages: [PlannedStage]) -> AgentPlan {
        var plan = AgentPlan(
            id: agent.id, number: agent.number, reach: agent.reach, environment: agent.environment,
            stages: stages.map { stage in
                AgentStage(
                    order: stage.order, name: stage.name, type: stage.type, timeout: stage.timeout,
                    work: work(of: stage, for: agent, operations: operations))
            },
            ledgerDirectory: agent.ledgerDirectory)
        plan.target = agent.target
        plan.folder = agent.folder
        plan.endpoints = agent.endpoints
        plan.ledgerInterval = playbook.ledgerInterval ?? plan.ledgerInterval
        plan.operationTimeout = playbook.operationTimeout ?? plan.operationTimeout
        plan.operationLog = playbook.operationLog.map { filePath($0.value, of: agent.id) }
        plan.performanceLog = playbook.performanceLog
        plan.processes = playbook.processes
        plan.volumes = agent.volumes
        plan.ports = agent.ports
        return plan
    }

    private func work(of stage: PlannedStage, for agent: PlannedAgent, operations: [LoadOperation]) -> StageWork {
        let sets = storage.sets[agent.id] ?? []
        let trees = storage.trees[agent.id] ?? []
        switch stage.type {
        case .validation: return .validation
        case .prepare:
            let prepare = playbook.prepare
            return .prepare(
                PrepareWork(
                    sets: sets, trees: trees, strategy: prepare?.strategy ?? .sequential, workers: agent.workers,
                    skipVerification: prepare?.skipVerification ?? false, forceOverwrite: prepare?.forceOverwrite ?? false,
                    delayAfter: prepare?.delayAfter ?? .zero))
        case .execute, .hybrid: return .load(load(stage, agent, operations, sets, trees))
        case .cleanup:
            return .cleanup(CleanupWork(sets: sets, trees: trees, mode: playbook.prepare?.cleanupMode ?? .tolerant, workers: agent.workers))
        case .custom:
            return .custom(
                CustomWork(
                    command: stage.command ?? "", arguments: stage.arguments,
                    workingDirectory: playbook.distributed?.deployment?.workingDirectory?.value))
        }
    }

    private func load(
        _ stage: PlannedStage, _ agent: PlannedAgent, _ operations: [LoadOperation], _ sets: [ObjectSet], _ trees: [DirectoryTree]
    ) -> LoadWork {
        var work = LoadWork(
            duration: stage.duration, warmup: playbook.warmup?.value ?? .zero, workers: agent.workers, operations: operations,
            knownSets: sets, knownTrees: trees, pageCache: playbook.pageCache ?? .auto, errors: playbook.errors,
            seed: stableHash("\(name)/load/\(stage.name)/\(agent.number)"))
        let share = Share(index: agent.number - 1, count: agentCount)
        work.rate = playbook.rate
        work.rate?.share = share
        work.ranges = playbook.ranges
        work.verification = playbook.verification
        work.operationTimeout = playbook.operationTimeout ?? work.operationTimeout
        work.pathSelection = selection(share: storage.apart ? .whole : share)
        work.dynamicPutPool = playbook.dynamicPutPool
        if let tasks = stage.expectedTasks {
            // The stage's tasks are of all agents together; each is given at least one, or its load would never end by them.
            work.taskLimit = UInt64(max(1, share.portion(of: tasks)))
        }
        return work
    }

    private func selection(share: Share) -> PathSelection {
        let overlap = playbook.distributed?.overlap ?? 0
        return switch playbook.distributed?.selection?.value {
        case .partitioned: .partitioned(share: share, overlap: overlap)
        case .exclusive: .exclusive(share: share)
        case .weighted: .weighted(share: share, overlap: overlap)
        case .random, nil: .random
        }
    }
}
