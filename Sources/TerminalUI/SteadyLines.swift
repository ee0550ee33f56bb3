import Results
import Vocabulary

/// The lines that stay: what an event adds to the screen's history, to `console_log.txt`, and to standard error where it is no
/// terminal.
package struct SteadyLines: Sendable {
    /// With more agents than this, those that are ready share a line.
    static let agentLimit = 16

    /// Progress lines of a running stage are this far apart.
    private let progressInterval: Duration
    private var lastProgress: Duration?
    private var handshakeTold = false
    private var toldMeasures: [StageOrder: StageMeasure] = [:]

    package init(progressInterval: Duration = .seconds(5)) { self.progressInterval = progressInterval }

    /// A progress line for an interval where one is due; else nothing.
    package mutating func progress(for event: Event, _ record: RunRecord) -> [String] {
        // An interval may come behind its stage's end, whose figures are told already.
        guard case .interval(let order, let figures) = event.kind, let stage = record.stages.first(where: { $0.order == order }),
            stage.measure == nil
        else { return [] }
        if let lastProgress, event.elapsed - lastProgress < progressInterval { return [] }
        lastProgress = event.elapsed
        let progress = ProgressBar(stage, elapsed: figures.elapsed)
        let bar = progress.text(columns: 40, withPace: false) + progress.pace
        let warmup = figures.isWarmup ? " (warm-up)" : ""
        return ["\(stage.name) \(bar)\(warmup) " + figures.operations.map(Words.shortFigures).joined(separator: " · ")]
    }

    /// What the event adds; `record` has taken it in already.
    package mutating func lines(for event: Event, _ record: RunRecord) -> [String] {
        styled(for: event, record).map(\.plain)
    }

    mutating func styled(for event: Event, _ record: RunRecord) -> [StyledLine] {
        switch event.kind {
        case .runBegan(let beginning): Self.beginning(beginning)
        case .agentReady(let id, _): ready(id, record) + settled(record)
        case .agentUnreachable, .agentNotReady: settled(record)
        case .agentLost(let id, _), .agentFailed(let id, _, _), .agentExcluded(let id, _, _):
            handshakeTold ? Self.dropped(id, record) : settled(record)
        case .phaseChanged, .runEnded: record.phase == .preparing ? [] : told(record)
        case .linkDown(let id, let why):
            handshakeTold ? [StyledLine("  ⏳ \(id) link down at \(Words.seconds(event.elapsed)): \(why)", .warning)] : []
        case .relinked(let id): [StyledLine("  ✅ \(id) link is back at \(Words.seconds(event.elapsed))", .good)]
        case .controllerBegan(let beginning): Self.takenUp(beginning)
        case .interrupted, .runBroke: Self.stopping(event)
        case .noted, .stageSkipped, .agentQueried, .optionalFailure, .agentStraggles, .agentRejoined, .stopOrdered, .stopUnacknowledged,
            .agentStays:
            noted(event.kind, record)
        case .collected(let id, let collected): Self.collected(id, collected)
        case .agentNotProvenGone(let id, let note): [StyledLine("  ❌ \(id) not proven gone: \(note)", .bad)]
        case .stageMeasured(let order, let measure):
            // A stage may be measured again where a straggler comes after its barrier; the same figures are not told twice.
            toldMeasures.updateValue(measure, forKey: order) == measure ? [] : StageLines.lines(for: event, record)
        default: StageLines.lines(for: event, record)
        }
    }

    private static func beginning(_ run: RunBeginning) -> [StyledLine] {
        let stages = run.stages.map(\.name).joined(separator: " → ")
        return [
            StyledLine("Run \(run.run): \(run.playbook), \(Words.agents(run.agents.count)), \(stages)", .strong),
            StyledLine("⏳ Waiting for agents…"),
        ]
    }

    private func ready(_ id: AgentID, _ record: RunRecord) -> [StyledLine] {
        guard record.agents.count <= Self.agentLimit, let agent = record.agent(id), agent.state == .ready else { return [] }
        let way = agent.deployed.map { Self.way($0) } ?? ""
        return [StyledLine("  ✅ \(id) ready (\(agent.reach)\(way))", .good)]
    }

    private static func way(_ deployed: Deployed) -> String {
        if let source = deployed.fedBy { return ", handed on by \(source)" }
        return deployed.cached ? ", cached" : ", \(deployed.sent) pushed"
    }

    /// How many agents were handed on, where any was, and what all were sent from here.
    private static func handedOn(_ record: RunRecord) -> [StyledLine] {
        let fed = record.agents.count { $0.deployed?.fedBy != nil }
        guard fed > 0 else { return [] }
        let sent = record.agents.reduce(ByteCount.zero) { $0 + $1.bytesSent }
        return [StyledLine("  \(fed) of \(Words.agents(record.agents.count)) were handed on by other hosts, \(sent) sent from here")]
    }

    /// Once every agent is ready or out: who is not, each text once, and how many are.
    private mutating func settled(_ record: RunRecord) -> [StyledLine] {
        record.agents.allSatisfy { $0.state == .ready || $0.state.isOut } ? told(record) : []
    }

    private mutating func told(_ record: RunRecord) -> [StyledLine] {
        guard !handshakeTold, !record.agents.isEmpty else { return [] }
        handshakeTold = true
        let out = record.agents.filter(\.state.isOut)
        let good = record.agents.filter { !$0.state.isOut && $0.state.isPastReady }
        var lines: [StyledLine] = []
        if record.agents.count > Self.agentLimit, !good.isEmpty {
            lines.append(StyledLine("  ✅ \(foldedNames(good.map(\.id.text))) ready", .good))
        }
        let problems = out.map { agent in
            (
                agent.id.text, agent.subject,
                (agent.problems.isEmpty ? [agent.why ?? agent.state.rawValue] : agent.problems).joined(separator: "\n")
            )
        }
        for problem in foldedTexts(problems) { lines += Self.problem(problem.names, problem.text) }
        let all = record.agents.count
        lines += Self.handedOn(record)
        lines.append(
            good.count == all
                ? StyledLine("✅ All \(Words.agents(all)) ready", .good)
                : StyledLine("❌ \(good.count) of \(Words.agents(all)) ready", .bad))
        return lines
    }

    /// Every line of a problem, those after the first under it.
    private static func problem(_ names: String, _ text: String) -> [StyledLine] {
        text.split(separator: "\n").enumerated().map { index, line in
            StyledLine(index == 0 ? "  ❌ \(names): \(line)" : "       \(line)", .bad)
        }
    }

    private static func dropped(_ id: AgentID, _ record: RunRecord) -> [StyledLine] {
        guard let agent = record.agent(id) else { return [] }
        let utc = agent.outSince.map { " (\($0.utc))" } ?? ""
        return [StyledLine("  ❌ \(id) \(record.trouble(agent))\(utc)", .bad)]
    }

    private static func takenUp(_ beginning: ControllerBeginning) -> [StyledLine] {
        beginning.number == 1
            ? []
            : [StyledLine("Taken up by controller \(beginning.number) (process \(beginning.pid)): reaching the agents again", .warning)]
    }

    private static func stopping(_ event: Event) -> [StyledLine] {
        switch event.kind {
        case .runBroke(let why): [StyledLine("⏳ Stopping: \(why)", .warning)]
        case .interrupted(let count, _) where count > 1:
            [StyledLine("Interrupted again: what is not home yet is left there", .warning)]
        case .interrupted(_, let why):
            [StyledLine("Interrupted (\(why)): ending load and processes; once more gives up on results that are not home", .warning)]
        default: []
        }
    }

    /// With many agents only what is about none of them in particular; the log has the rest.
    private func noted(_ kind: EventKind, _ record: RunRecord) -> [StyledLine] {
        guard let text = Words.note(kind), kind.agent == nil || record.agents.count <= Self.agentLimit else { return [] }
        let stage = record.stages.first { $0.order == kind.stage }?.name
        let subject = [kind.agent?.text, stage].compactMap { $0 }.joined(separator: " ")
        return [StyledLine("  \(subject.isEmpty ? "" : "\(subject): ")\(text)", .faint)]
    }

    private static func collected(_ id: AgentID, _ collected: Collected) -> [StyledLine] {
        let text = "\(Words.count(collected.files, "file")), \(Words.bytes(collected.bytes))"
        let way = collected.via == .ssh ? " over SSH" : ""
        return collected.complete
            ? [StyledLine("  \(id) results home\(way): \(text)", .faint)]
            : [StyledLine("  ❌ \(id) results not all home\(way): \(text)", .bad)]
    }
}

extension AgentRecord.State {
    /// Whether an agent was ready, whatever it has done since.
    var isPastReady: Bool {
        switch self {
        case .ready, .working, .arrived, .stopped: true
        default: false
        }
    }
}
