import Results
import Vocabulary

/// A run of three agents, told event by event.
struct Sample {
    static let agents = [AgentID(number: 1), AgentID(number: 2), AgentID(number: 3)]
    static let beginning = RunBeginning(
        run: RunID("20261125-043012-demo-00ff")!, playbook: "demo.yaml",
        agents: agents.enumerated().map { index, id in
            .init(id: id, reach: "bench@h\(index + 1)", host: HostName("h\(index + 1)"))
        },
        stages: [
            .init(order: StageOrder(1), name: "prepare", type: .prepare, barrier: .allOrNothing, expectedObjects: 300),
            .init(order: StageOrder(2), name: "execute", type: .execute, barrier: .majority, plannedDuration: .seconds(30)),
        ])
    static let get = OperationFigures(
        kind: .get, count: 19882, bytes: 20_359_168, operationsPerSecond: 19882, mebibytesPerSecond: 19.4, mean: 95, p50: 96,
        p95: 135, p99: 190)
    static let put = OperationFigures(
        kind: .put, count: 8541, errors: 2, bytes: 17_491_968, operationsPerSecond: 8541, mebibytesPerSecond: 16.7, mean: 102,
        p50: 98, p95: 136, p99: 210)
    static let stat = OperationFigures(
        kind: .stat, count: 90, bytes: 0, operationsPerSecond: 9, mebibytesPerSecond: 0, mean: 4.2, p50: 4, p95: 8.5, p99: 12)
    static let arrival = StageArrival(
        outcome: .completed, elapsed: .seconds(30), operations: 9000, bytes: 9_216_000, errors: 1, figures: [get])

    var record = RunRecord()
    var events: [Event] = []

    /// One more event, at `seconds` since the run began.
    mutating func add(_ kind: EventKind, at seconds: Double) {
        let event = Event(
            sequence: events.count + 1, utc: UTC.label(nanoseconds: 1_795_581_012_000_000_000 + Int64(seconds * 1e9)),
            elapsed: .milliseconds(Int64(seconds * 1000)), kind: kind)
        events.append(event)
        record.apply(event)
    }

    /// As far as the handshake goes well.
    static func waiting() -> Sample {
        var sample = Sample()
        sample.add(.runBegan(beginning), at: 0)
        sample.add(.hostReached(agents[0], host: HostName("h1")), at: 0.1)
        sample.add(.agentDeployed(agents[0], Deployed(cached: false, sent: ByteCount.mebibytes(24))), at: 0.5)
        sample.add(.linkUp(agents[0]), at: 0.6)
        sample.add(.agentReady(agents[0], facts: [:]), at: 0.7)
        sample.add(.hostReached(agents[1], host: HostName("h2")), at: 0.8)
        return sample
    }

    static func ready() -> Sample {
        var sample = waiting()
        for agent in agents.dropFirst() {
            sample.add(.agentDeployed(agent, Deployed(cached: true, sent: .zero)), at: 1)
            sample.add(.linkUp(agent), at: 1.1)
            sample.add(.agentReady(agent, facts: [:]), at: 1.2)
        }
        sample.add(.phaseChanged(.ready), at: 1.2)
        sample.add(.phaseChanged(.running), at: 1.2)
        return sample
    }

    static func preparing() -> Sample {
        var sample = ready()
        sample.add(.stageOrdered(StageOrder(1)), at: 1.3)
        for agent in agents { sample.add(.stageBegan(StageOrder(1), agent), at: 1.4) }
        sample.add(
            .interval(
                StageOrder(1),
                IntervalFigures(
                    elapsed: .seconds(1), agents: 3, operationsDone: 99, objectsDone: 120, objectsPerSecond: 90, operations: [put])),
            at: 2.4)
        return sample
    }

    /// Fifteen seconds into execute, with the third agent slow.
    static func executing() -> Sample {
        var sample = preparing()
        for agent in agents { sample.add(.stageArrived(StageOrder(1), agent, arrival), at: 3) }
        sample.add(.stageMeasured(StageOrder(1), StageMeasure(agents: 3, elapsed: .seconds(1.6), operations: [put])), at: 3.1)
        sample.add(.barrierOpened(StageOrder(1)), at: 3.1)
        sample.add(.stageOrdered(StageOrder(2)), at: 3.1)
        for agent in agents { sample.add(.stageBegan(StageOrder(2), agent), at: 5) }
        sample.add(.startSkew(StageOrder(2), skew: .microseconds(84), bound: .microseconds(31)), at: 5.1)
        sample.add(
            .interval(
                StageOrder(2),
                IntervalFigures(
                    elapsed: .seconds(15), agents: 3, operationsDone: 425_000, operations: [get, put, stat],
                    slowest: SlowestAgent(agent: agents[2], operationsPerSecond: 412, shareOfMedian: 0.05))), at: 20)
        return sample
    }

    static func losing() -> Sample {
        var sample = executing()
        sample.add(.linkDown(agents[1], why: "connection reset"), at: 21)
        sample.add(.agentLost(agents[2], why: "no heartbeat for 12 s"), at: 22.5)
        return sample
    }

    static func degraded() -> Sample {
        var sample = losing()
        sample.add(.relinked(agents[1]), at: 23)
        for agent in agents.prefix(2) { sample.add(.stageArrived(StageOrder(2), agent, arrival), at: 35) }
        sample.add(.stageMeasured(StageOrder(2), StageMeasure(agents: 2, elapsed: .seconds(30), operations: [get, put])), at: 35.1)
        sample.add(.barrierOpened(StageOrder(2)), at: 35.1)
        for agent in agents.prefix(2) {
            sample.add(.collected(agent, Collected(files: 7, bytes: 40960, complete: true, via: .link)), at: 36)
            sample.add(.agentSeenGone(agent, note: "its process ended"), at: 36.2)
        }
        sample.add(.collected(agents[2], Collected(files: 2, bytes: 4096, complete: false, via: .ssh)), at: 37)
        sample.add(.agentNotProvenGone(agents[2], note: "h3 does not answer"), at: 38)
        sample.add(.runEnded(outcome: .degraded, exitCode: 5, reasons: ["agent-3 was lost in execute"]), at: 38)
        return sample
    }
}
