import Link
import Measurement
import Plans
import Vocabulary

/// One message of each kind.
enum Samples {
    static let agent = AgentID(number: 1)

    static let plan = AgentPlan(
        id: agent, number: 1, reach: .ssh(SSHDestination(host: HostName("h1"), port: 2222, user: "bench")), environment: ["A": "b c"],
        stages: [
            AgentStage(
                order: StageOrder(1), name: "prepare", type: .prepare, timeout: .seconds(600),
                work: .prepare(
                    PrepareWork(
                        sets: [ObjectSet(base: "file:///tmp/x/", count: 100, sizes: .fixed(.kibibytes(4)), seed: 7)], workers: 4))),
            AgentStage(
                order: StageOrder(2), name: "load", type: .execute, timeout: .seconds(70),
                work: .load(
                    LoadWork(
                        duration: .seconds(10), workers: 8,
                        operations: [LoadOperation(kind: .get, uri: "file:///tmp/x/*", weight: 60)], seed: .max))),
        ])

    static let orders: [Order] = [
        .assign(
            plan, agentCount: 3,
            rules: AgentRules(lease: .seconds(60), heartbeatInterval: .milliseconds(500), refresh: .seconds(1))),
        .ping(id: .max, sentAt: Moment(nanoseconds: -5)),
        .query(id: 7),
        .begin(StageOrder(2), epoch: 3, at: Moment(nanoseconds: 123_456_789)),
        .begin(StageOrder(2), epoch: 3, at: nil),
        .stop(why: "Ctrl-C"),
        .collect(pass: 1 << 32 | 3),
        .collect(
            pass: 2,
            held: [HeldFile(path: "a/b.tsv", size: 300_000, sha256: Array(0..<32)), HeldFile(path: "c", size: 0, sha256: Array(1...32))]),
        .leave(discard: true),
        .leave(discard: false), .finish(StageOrder(2), epoch: 3, at: Moment(nanoseconds: 8)), .finish(StageOrder(-2), epoch: 0, at: nil),
    ]

    static let reports: [Report] = [
        .ready(HostFacts(hostName: "h1", kernel: "6.18.0", cores: 2, memoryBytes: 1 << 34, pid: 4711)),
        .notReady(["no such directory: /mnt/x", "too few open files"]),
        .pong(id: 9, sentAt: Moment(nanoseconds: 1), receivedAt: Moment(nanoseconds: 2), answeredAt: Moment(nanoseconds: 3)),
        .answer(id: 7, Progress(stage: StageOrder(2), operations: 12, bytes: 4096)),
        .heartbeat(Progress(stage: nil, operations: 0, bytes: 0)),
        .interval(
            IntervalStatistics(
                stage: StageOrder(2), index: 4, begin: Moment(nanoseconds: 10), end: Moment(nanoseconds: 20),
                table: StatisticsTable(), host: HostCounters())),
        .log([
            LogLine(moment: Moment(nanoseconds: 1), level: .debug, text: "a"),
            LogLine(moment: Moment(nanoseconds: 2), level: .error, text: "ü\n"),
        ]),
        .began(StageOrder(2), epoch: 3, at: Moment(nanoseconds: 5), firstOperation: Moment(nanoseconds: 6)),
        .began(StageOrder(2), epoch: 3, at: Moment(nanoseconds: 5), firstOperation: nil),
        .arrived(StageOrder(2), epoch: 3, .completed, statistics),
        .arrived(StageOrder(2), epoch: 3, .failed(why: "disk full"), statistics),
        .arrived(StageOrder(2), epoch: 3, .stopped, statistics),
        .stopped,
        .file(
            ResultPiece(
                path: "stages/02.tsv", offset: 100, bytes: [1, 2, 3], size: 103, isLast: true,
                sha256: [UInt8](repeating: 0xab, count: 32))),
        .file(ResultPiece(path: "empty", offset: 0, bytes: [], size: 0, isLast: true)),
        .resultsBegin(pass: 1 << 32 | 3),
        .resultsEnd(files: 2, bytes: 103), .resultsEnd(files: 0, bytes: 0, missing: ["a.tsv could not be read"]),
        .leaving(why: "told to"), .stranger(why: "from 10.0.0.1:999 was refused: no hello"),
    ]

    static let statistics = StageStatistics(
        stage: StageOrder(2), begin: Moment(nanoseconds: 10), end: Moment(nanoseconds: 20),
        errorSamples: [ErrorSample(kind: .put, cause: "no space", message: "No space left on device", count: 3, first: .zero, last: .zero)])

    static let greeting = Greeting(build: "abc", run: "20261125-043012-x-0f0f", agent: "agent-1", token: Secret("s"), lastReceived: 3)

    static let packets: [Packet] = [
        .hello(greeting), .welcome(greeting), .refusal("wrong token"), .message(number: 1, acknowledged: 0, payload: [1, 2]),
        .message(number: nil, acknowledged: 5, payload: [3]), .message(number: nil, acknowledged: 5, payload: nil), .ping, .pong,
    ]
}
