import Vocabulary

/// Reads the kind of an event out of the parts of its line.
struct EventKindReader {
    typealias Container = KeyedDecodingContainer<Event.CodingKeys>

    let container: Container
    let payload: EventPayload?

    init(_ container: Container) throws {
        self.container = container
        payload = try? container.decode(EventPayload.self, forKey: .data)
    }

    func kind(named name: String) throws -> EventKind {
        if let kind = try runKind(name) { return kind }
        if let kind = try agentKind(name) { return kind }
        if let kind = try settlingKind(name) { return kind }
        if let kind = try stageKind(name) { return kind }
        throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "no kind of event: \(name)")
    }

    private func runKind(_ name: String) throws -> EventKind? {
        switch name {
        case "run_began": .runBegan(try data())
        case "phase_changed": .phaseChanged(try need(\.phase))
        case "interrupted": .interrupted(count: try need(\.count))
        case "stop_ordered": .stopOrdered(why: try need(\.why))
        case "run_ended":
            .runEnded(outcome: try need(\.outcome), exitCode: try need(\.exitCode), reasons: try need(\.reasons))
        case "noted":
            .noted(
                try need(\.note), agent: try container.decodeIfPresent(AgentID.self, forKey: .agent),
                stage: try container.decodeIfPresent(StageOrder.self, forKey: .stage))
        default: nil
        }
    }

    private func agentKind(_ name: String) throws -> EventKind? {
        switch name {
        case "host_reached": .hostReached(try agent(), host: try container.decode(HostName.self, forKey: .host))
        case "agent_deployed":
            .agentDeployed(try agent(), cached: try need(\.cached), sent: ByteCount(try need(\.sentBytes)))
        case "agent_unreachable": .agentUnreachable(try agent(), why: try need(\.why))
        case "link_up": .linkUp(try agent())
        case "link_down": .linkDown(try agent(), why: try need(\.why))
        case "relinked": .relinked(try agent())
        case "clock_measured":
            .clockMeasured(try agent(), offset: .nanoseconds(try need(\.offset)), bound: .nanoseconds(try need(\.bound)))
        case "agent_ready": .agentReady(try agent(), facts: try need(\.facts))
        case "agent_not_ready": .agentNotReady(try agent(), problems: try need(\.problems))
        default: nil
        }
    }

    private func settlingKind(_ name: String) throws -> EventKind? {
        switch name {
        case "agent_lost": .agentLost(try agent(), why: try need(\.why))
        case "agent_failed": .agentFailed(try agent(), why: try need(\.why))
        case "agent_excluded": .agentExcluded(try agent(), why: try need(\.why))
        case "stop_acknowledged": .stopAcknowledged(try agent())
        case "collected": .collected(try agent(), try data())
        case "agent_seen_gone": .agentSeenGone(try agent(), note: try need(\.note))
        case "agent_not_proven_gone": .agentNotProvenGone(try agent(), note: try need(\.note))
        default: nil
        }
    }

    private func stageKind(_ name: String) throws -> EventKind? {
        switch name {
        case "stage_ordered": .stageOrdered(try stage())
        case "stage_began": .stageBegan(try stage(), try agent())
        case "stage_arrived": .stageArrived(try stage(), try agent(), try data())
        case "start_skew":
            .startSkew(try stage(), skew: .nanoseconds(try need(\.skew)), bound: .nanoseconds(try need(\.bound)))
        case "interval": .interval(try stage(), try data())
        case "stage_measured": .stageMeasured(try stage(), try data())
        case "barrier_opened": .barrierOpened(try stage())
        case "barrier_broke": .barrierBroke(try stage(), why: try need(\.why))
        default: nil
        }
    }

    private func agent() throws -> AgentID { try container.decode(AgentID.self, forKey: .agent) }
    private func stage() throws -> StageOrder { try container.decode(StageOrder.self, forKey: .stage) }
    private func data<T: Decodable>() throws -> T { try container.decode(T.self, forKey: .data) }

    private func need<T>(_ part: KeyPath<EventPayload, T?>) throws -> T {
        guard let value = payload?[keyPath: part] else {
            throw DecodingError.dataCorruptedError(forKey: .data, in: container, debugDescription: "a part of the event is missing")
        }
        return value
    }
}
