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
        if let kind = try workKind(name) { return kind }
        if let kind = try stageKind(name) { return kind }
        throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "no kind of event: \(name)")
    }

    private func runKind(_ name: String) throws -> EventKind? {
        switch name {
        case "run_began": .runBegan(try data())
        case "controller_began": .controllerBegan(try data())
        case "phase_changed": .phaseChanged(try need(\.phase))
        case "interrupted": .interrupted(count: try need(\.count), why: try need(\.why))
        case "preparation_failed": .preparationFailed(ready: payload?.ready, minimum: payload?.minimum)
        case "run_broke": .runBroke(why: try need(\.why))
        case "run_ended":
            .runEnded(outcome: try need(\.outcome), exitCode: try need(\.exitCode), reasons: try need(\.reasons))
        case "noted":
            .noted(try need(\.note), agent: try container.decodeIfPresent(AgentID.self, forKey: .agent), stage: try stageIfPresent())
        default: nil
        }
    }

    private func agentKind(_ name: String) throws -> EventKind? {
        switch name {
        case "host_reached": .hostReached(try agent(), host: try container.decode(HostName.self, forKey: .host))
        case "agent_deployed": .agentDeployed(try agent(), try data())
        case "agent_unreachable": .agentUnreachable(try agent(), why: try need(\.why), mayRun: try need(\.mayRun))
        case "link_up": .linkUp(try agent())
        case "link_down": .linkDown(try agent(), why: try need(\.why))
        case "relinked": .relinked(try agent())
        case "clock_measured":
            .clockMeasured(try agent(), offset: .nanoseconds(try need(\.offset)), bound: .nanoseconds(try need(\.bound)))
        case "agent_ready": .agentReady(try agent(), facts: try need(\.facts))
        case "agent_not_ready": .agentNotReady(try agent(), problems: try need(\.problems))
        case "agent_queried": .agentQueried(try agent(), query: try need(\.query))
        case "agent_lost": .agentLost(try agent(), why: try need(\.why))
        case "agent_gone": .agentGone(try agent(), why: try need(\.why))
        case "agent_failed": .agentFailed(try agent(), try stageIfPresent(), why: try need(\.why))
        case "agent_excluded": .agentExcluded(try agent(), try stageIfPresent(), why: try need(\.why))
        default: nil
        }
    }

    private func settlingKind(_ name: String) throws -> EventKind? {
        switch name {
        case "stop_ordered": .stopOrdered(try agent(), why: try need(\.why))
        case "stop_acknowledged": .stopAcknowledged(try agent())
        case "stop_unacknowledged": .stopUnacknowledged(try agent())
        case "collect_ordered": .collectOrdered(try agent())
        case "collected": .collected(try agent(), try data())
        case "withdraw_ordered": .withdrawOrdered(try agent(), keepResults: try need(\.keepResults))
        case "agent_stays": .agentStays(try agent())
        case "agent_seen_gone": .agentSeenGone(try agent(), note: try need(\.note))
        case "agent_not_proven_gone": .agentNotProvenGone(try agent(), note: try need(\.note))
        default: nil
        }
    }

    private func workKind(_ name: String) throws -> EventKind? {
        switch name {
        case "agent_ordered": .agentOrdered(try stage(), try agent(), epoch: try need(\.epoch), together: try need(\.together))
        case "stage_began": .stageBegan(try stage(), try agent(), epoch: try need(\.epoch))
        case "stage_arrived": .stageArrived(try stage(), try agent(), try data())
        case "optional_failure": .optionalFailure(try stage(), try agent(), why: try need(\.why))
        case "agent_straggles": .agentStraggles(try stage(), try agent())
        case "agent_rejoined": .agentRejoined(try stage(), try agent())
        default: nil
        }
    }

    private func stageKind(_ name: String) throws -> EventKind? {
        switch name {
        case "stage_ordered": .stageOrdered(try stage(), epoch: try need(\.epoch), participants: try need(\.participants))
        case "start_skew":
            .startSkew(try stage(), skew: .nanoseconds(try need(\.skew)), bound: .nanoseconds(try need(\.bound)))
        case "interval": .interval(try stage(), try data())
        case "finish_ordered": .finishOrdered(try stage(), epoch: try need(\.epoch))
        case "stage_measured": .stageMeasured(try stage(), try data())
        case "steadiness": .steadiness(try stage(), try data())
        case "barrier_opened":
            .barrierOpened(try stage(), epoch: try need(\.epoch), arrived: try need(\.arrived), missing: try need(\.missing))
        case "barrier_broke": .barrierBroke(try stage(), epoch: try need(\.epoch), why: try need(\.why))
        case "stage_ended": .stageEnded(try stage(), epoch: try need(\.epoch))
        case "stage_skipped": .stageSkipped(try stage(), why: try need(\.why))
        default: nil
        }
    }

    private func agent() throws -> AgentID { try container.decode(AgentID.self, forKey: .agent) }
    private func stage() throws -> StageOrder { try container.decode(StageOrder.self, forKey: .stage) }
    private func stageIfPresent() throws -> StageOrder? { try container.decodeIfPresent(StageOrder.self, forKey: .stage) }
    private func data<T: Decodable>() throws -> T { try container.decode(T.self, forKey: .data) }

    private func need<T>(_ part: KeyPath<EventPayload, T?>) throws -> T {
        guard let value = payload?[keyPath: part] else {
            throw DecodingError.dataCorruptedError(forKey: .data, in: container, debugDescription: "a part of the event is missing")
        }
        return value
    }
}
