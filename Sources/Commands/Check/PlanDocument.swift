import Plans
import Vocabulary

/// A plan as JSON for programs: `docs/plan.md` describes it. Units stand last in names; values of secret variables are masked.
struct PlanDocument {
    /// Grows when a member changes its meaning or goes away.
    static let format: Int64 = 1

    let checked: CheckedPlaybook

    init(_ checked: CheckedPlaybook) { self.checked = checked }

    private var plan: Plan { checked.plan }

    var json: JSON {
        [
            "format": .integer(Self.format), "name": .string(plan.name), "playbook": .string(plan.playbookPath), "policy": policy,
            "storage": ["shared": .bool(plan.storage.isShared), "tree_creation": .string(plan.storage.treeCreation.rawValue)],
            "deployment": deployment, "performance_log": plan.performanceLog.map(\.json) ?? .null,
            "stages": .array(plan.stages.map(\.json)), "agents": .array(plan.agents.map(\.json)), "estimate": PlanEstimate(plan).json,
            "not_carried_out": .array(plan.notCarriedOut.map(\.json)), "problems": .array(checked.problems.map(\.json)),
        ]
    }

    private var policy: JSON {
        let policy = plan.policy
        return [
            "lease_s": policy.lease.json, "agent_ready_timeout_s": policy.agentReadyTimeout.json, "start_delay_s": policy.startDelay.json,
            "min_agents": .integer(policy.minimumAgents), "on_agent_loss": .string(policy.onAgentLoss.rawValue),
            "keepalive_interval_s": policy.keepAliveInterval.json, "keepalive_timeout_s": policy.keepAliveTimeout.json,
            "liveness": policy.liveness.json,
        ]
    }

    private var deployment: JSON {
        let deployment = plan.deployment
        return .object([
            "return_channel": .string(deployment.returnChannel.rawValue), "advertise": deployment.advertise.map(JSON.string),
            "secret_file": deployment.secretFile.map(JSON.string), "insecure": .bool(deployment.insecure),
            "container": deployment.container.map(\.json),
            "files": .array(
                deployment.files.map { file in
                    .object([
                        "from": .string(file.from), "to": .string(file.to),
                        "mode": file.mode.map { .string("0" + String($0, radix: 8)) },
                    ])
                }),
            "relay": .bool(deployment.relay),
            "limits": .object([
                "memory_bytes": deployment.limits.memory.map { .integer($0.bytes) }, "cpus": deployment.limits.cpus.map { .number($0) },
                "open_files": deployment.limits.openFiles.map { .integer($0) },
            ]),
        ])
    }
}

extension Duration {
    var json: JSON { .number(inSeconds) }
}

extension Problem {
    var json: JSON {
        .object([
            "severity": .string(severity.rawValue), "file": place.map { .string($0.file) }, "line": place.map { .integer($0.line) },
            "column": place.map { .integer($0.column) }, "key": .string(key), "what": .string(what), "fix": fix.map(JSON.string),
        ])
    }
}

extension PlanEstimate {
    var json: JSON {
        .object([
            "objects": .integer(objects), "directories": .integer(directories), "bytes": .integer(bytes.bytes), "least_s": least.json,
            "most_s": most.json, "prepare_at_100_mib_s": preparing.json,
            "bytes_per_operation": bytesPerOperation.map { .integer($0.bytes) },
        ])
    }
}

extension LivenessPolicy {
    var json: JSON {
        [
            "heartbeat_interval_s": heartbeatInterval.json, "missed_threshold": .integer(missedThreshold),
            "query_timeout_s": queryTimeout.json, "query_retries": .integer(queryRetries),
        ]
    }
}

extension StagePlan {
    var json: JSON {
        .object([
            "order": .integer(order.number), "name": .string(name), "type": .string(type.rawValue), "optional": .bool(optional),
            "timeout_s": timeout.json, "duration_s": plannedDuration.map(\.json), "expected_objects": expectedObjects.map { .integer($0) },
            "steady_state": steadyState.map { steady in
                [
                    "window_s": steady.window.json, "metric": .string(steady.metric.rawValue), "confidence": .number(steady.confidence),
                    "precision": .number(steady.precision), "drift": .number(steady.drift),
                ]
            },
            "barrier": barrier.map { barrier in
                [
                    "type": .string(barrier.type.rawValue), "agent_barrier_timeout_s": barrier.wait.json, "liveness": barrier.liveness.json,
                ]
            },
        ])
    }
}

extension PerformanceLogPlan {
    var json: JSON { ["path": .string(path), "interval_s": interval.json] }
}

extension ContainerPlan {
    var json: JSON {
        .object([
            "runtime": runtime.map { .string($0.rawValue) }, "image": image.map(JSON.string), "network_mode": .string(networkMode),
            "pull_policy": .string(pullPolicy.rawValue), "docker_args": .strings(arguments),
        ])
    }
}
