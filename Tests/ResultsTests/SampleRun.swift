import Measurement
import Results
import Vocabulary

/// A run of three agents and three stages in which the third agent is lost, as its events.
enum SampleRun {
    static let agents = [AgentID(number: 1), AgentID(number: 2), AgentID(number: 3)]
    static let stages = [
        RunBeginning.Stage(order: StageOrder(1), name: "prepare", type: .prepare, barrier: .allOrNothing, expectedObjects: 300),
        RunBeginning.Stage(order: StageOrder(2), name: "execute", type: .execute, barrier: .majority, plannedDuration: .seconds(30)),
        RunBeginning.Stage(order: StageOrder(3), name: "cleanup", type: .cleanup),
    ]
    static let beginning = RunBeginning(
        run: RunID("20261125-043012-demo-00ff")!, playbook: "demo.yaml",
        agents: agents.enumerated().map { index, id in
            .init(id: id, reach: "bench@h\(index + 1):22", host: HostName("h\(index + 1)"))
        }, stages: stages)

    /// What a host's kernel counted: `user` of `all` ticks, and bytes received by a network of its own.
    static func host(_ kernel: UInt64, user: UInt64, of all: UInt64, received: UInt64 = 0) -> HostCounters {
        var counters = HostCounters()
        counters.kernel = kernel
        counters.network = kernel
        counters.cpu.user = user
        counters.cpu.all = all
        counters.traffic.received = received
        return counters
    }

    static let figures = OperationFigures(
        kind: .get, count: 19882, bytes: 20_359_168, operationsPerSecond: 19882, mebibytesPerSecond: 19.4, mean: 95, p50: 96,
        p95: 135, p99: 190)

    /// One of every kind of event, in an order in which they can come.
    static let kinds: [EventKind] = {
        var kinds: [EventKind] = [.runBegan(beginning)]
        for (index, agent) in agents.enumerated() {
            kinds += [
                .hostReached(agent, host: HostName("h\(index + 1)")),
                .agentDeployed(agent, Deployed(cached: index > 0, sent: ByteCount(1 << 20))),
                .linkUp(agent), .clockMeasured(agent, offset: .microseconds(-40), bound: .microseconds(31)),
                .agentReady(agent, facts: ["kernel": "6.18"]),
            ]
        }
        kinds += [.phaseChanged(.ready), .phaseChanged(.running)] + stage(1, agents)
        kinds += [.barrierOpened(StageOrder(1)), .stageOrdered(StageOrder(2))] + agents.map { .stageBegan(StageOrder(2), $0) }
        kinds += [
            .startSkew(StageOrder(2), skew: .microseconds(84), bound: .microseconds(31)),
            .interval(StageOrder(2), interval(seconds: 1)), .linkDown(agents[1], why: "reset"), .relinked(agents[1]),
            .interval(StageOrder(2), interval(seconds: 2)), .agentLost(agents[2], why: "no heartbeat for 12 s"),
        ]
        kinds += agents.prefix(2).map { .stageArrived(StageOrder(2), $0, arrival) }
        kinds += [
            .stageMeasured(StageOrder(2), StageMeasure(agents: 2, elapsed: .seconds(30), operations: [figures])),
            .barrierOpened(StageOrder(2)),
        ]
        kinds += stage(3, Array(agents.prefix(2)))
        for agent in agents.prefix(2) {
            kinds += [
                .collected(agent, Collected(files: 7, bytes: 4096, complete: true, via: .link)),
                .agentSeenGone(agent, note: "its supervisor said so"),
            ]
        }
        kinds += [
            .agentNotProvenGone(agents[2], note: "no answer over ssh"),
            .runEnded(outcome: .degraded, exitCode: 5, reasons: ["agent-3 was lost"]),
        ]
        return kinds
    }()

    /// Kinds that a good run does not have.
    static let otherKinds: [EventKind] = [
        .agentUnreachable(agents[0], why: "refused"), .agentNotReady(agents[0], problems: ["no space", "no such folder"]),
        .agentFailed(agents[0], StageOrder(2), why: "its stage threw"),
        .agentExcluded(agents[0], nil, why: "the barrier opened without it"),
        .runBroke(why: "interrupted"), .stopOrdered(agents[0], why: "interrupted"), .stopAcknowledged(agents[0]),
        .interrupted(count: 2, why: "once more"),
        .barrierBroke(StageOrder(2), why: "agent-3 was lost"), .noted("skipped", agent: nil, stage: StageOrder(2)),
        .noted("silent; asked whether it lives", agent: agents[0], stage: nil),
        .controllerBegan(ControllerBeginning(number: 2, pid: 77, boot: "b", zero: Moment(nanoseconds: 5), port: 7000)),
        .preparationFailed(ready: 2, minimum: 3), .agentQueried(agents[0], query: 3),
        .agentGone(agents[1], why: "its process has ended"), .stopUnacknowledged(agents[1]), .agentStays(agents[1]),
        .collectOrdered(agents[0]),
        .withdrawOrdered(agents[0], keepResults: true), .agentOrdered(StageOrder(2), agents[0], epoch: 4, together: true),
        .finishOrdered(StageOrder(2), epoch: 4),
        .steadiness(
            StageOrder(2),
            SteadinessFinding(
                unrest: "it rose by 12 %", after: .seconds(80), window: .seconds(60), metric: "ops", confidence: 0.95,
                Steadiness(Array(repeating: 10, count: 20), confidence: 0.95))),
        .optionalFailure(StageOrder(2), agents[0], why: "exit 7"), .agentStraggles(StageOrder(2), agents[0]),
        .agentRejoined(StageOrder(2), agents[0]), .stageEnded(StageOrder(2), epoch: 4), .stageSkipped(StageOrder(2), why: "the run broke"),
    ]

    static let arrival = StageArrival(
        outcome: .completed, elapsed: .milliseconds(30_020), operations: 9000, bytes: 9_216_000, errors: 1, figures: [figures])

    static func interval(seconds: Int) -> IntervalFigures {
        IntervalFigures(
            elapsed: .seconds(seconds), agents: 3, operationsDone: UInt64(seconds) * 19882, operations: [figures],
            slowest: SlowestAgent(agent: agents[2], operationsPerSecond: 412, shareOfMedian: 0.05))
    }

    private static func stage(_ number: Int, _ agents: [AgentID]) -> [EventKind] {
        [.stageOrdered(StageOrder(number))] + agents.map { .stageBegan(StageOrder(number), $0) }
            + agents.map { .stageArrived(StageOrder(number), $0, arrival) }
            + [.stageMeasured(StageOrder(number), StageMeasure(agents: agents.count, elapsed: .seconds(2), operations: [figures]))]
    }

    static func events(_ kinds: [EventKind] = kinds) -> [Event] {
        kinds.enumerated().map { index, kind in
            Event(
                sequence: index + 1, utc: UTC.label(nanoseconds: 1_795_581_012_000_000_000 + Int64(index) * 500_000_000),
                elapsed: .milliseconds(index * 500), kind: kind)
        }
    }

    /// Statistics of `operations` GETs of 4 KiB, `slowness` µs apart: `slowness`, 2 × `slowness`, …
    static func statistics(stage: Int, operations: Int, slowness: Int64 = 10, seconds: Int = 10) -> StageStatistics {
        var table = StatisticsTable()
        for index in 0..<operations {
            table.record(.get, size: 4096, nanoseconds: Int64(index + 1) * slowness * 1000, bytes: 4096)
        }
        return StageStatistics(
            stage: StageOrder(stage), begin: .zero, end: Moment(nanoseconds: Int64(seconds) * 1_000_000_000), table: table)
    }
}
