import ArgumentParser
import Carriers
import Link
import Measurement
import Results
import Vocabulary

/// `muster bench play`: the agents of `muster bench agents` and `bench barrier`, in one process: each waits at a port of its own for a controller,
/// says what an agent with stages of load says, and leaves when it is told to.
struct PlayBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "play", abstract: "Play the agents of `bench agents` and `bench barrier`.")

    @Option(help: "Agents.")
    var agents = 200

    @Option(help: "Seconds of load in a stage.")
    var seconds = 600.0

    @Option(help: "Where the agents' ports are written, a line each, once all wait.")
    var ports: String

    @Option(help: "Where it is written at the end when the agents heard that stages begin.")
    var receipts: String?

    func validate() throws {
        guard (1...2000).contains(agents), (0...86_400).contains(seconds) else {
            throw ValidationError("1 to 2000 agents, 0 to 86400 seconds")
        }
    }

    func run() async throws {
        var listeners: [Listener] = []
        for _ in 0..<agents { listeners.append(try await Listener.bind(.tcp(host: "127.0.0.1", port: 0, .none))) }
        try replaceFile(ports, with: listeners.compactMap(\.port).map { "\($0)\n" }.joined())
        let heard = Receipts()
        await withDiscardingTaskGroup { group in
            for (index, listener) in listeners.enumerated() {
                group.addTask { await PlayedAgent(number: index + 1, seconds: seconds, receipts: heard).play(at: listener) }
            }
        }
        if let receipts { try heard.write(to: receipts) }
    }
}

/// One of them.
actor PlayedAgent {
    private let number: Int
    private let seconds: Double
    private let receipts: Receipts
    private let link = AgentLink(nil, build: Build.name)
    private var load: Task<Void, Never>?

    init(number: Int, seconds: Double, receipts: Receipts) {
        self.number = number
        self.seconds = seconds
        self.receipts = receipts
    }

    func play(at listener: Listener) async {
        let link = link
        // Ends when the link is closed, and is waited for below.
        let moving = Task { try await link.run(admittingAt: listener) { _ in } }
        for await event in link.events {
            if case .received(let order, let at) = event { await take(order, at) }
        }
        load?.cancel()
        _ = try? await moving.value
    }

    private func take(_ order: Order, _ at: Moment) async {
        switch order {
        case .assign:
            try? await link.send(.ready(HostFacts(hostName: "played-\(number)", kernel: "", cores: 1, memoryBytes: 1 << 30, pid: 1)))
        case .ping(let id, let sent):
            _ = try? link.post(.pong(id: id, sentAt: sent, receivedAt: at, answeredAt: SystemClock.now))
        case .query(let id): _ = try? link.post(.answer(id: id, Progress(stage: nil, operations: 0, bytes: 0)))
        case .begin(let stage, let epoch, let moment):
            receipts.note(stage, at: at)
            load = Task { await perform(stage, epoch, moment ?? at) }
        // Its plays end with their length.
        case .finish: break
        case .stop:
            load?.cancel()
            try? await link.send(.stopped)
        case .collect(let pass, _):
            try? await link.send(.resultsBegin(pass: pass))
            try? await link.send(.resultsEnd(files: 0, bytes: 0))
        case .leave:
            try? await link.send(.leaving(why: "ordered"))
            try? await link.flush()
            link.close()
        }
    }

    private func perform(_ stage: StageOrder, _ epoch: UInt32, _ at: Moment) async {
        try? await Task.sleep(for: max(.zero, at - SystemClock.now))
        let begun = SystemClock.now
        try? await link.send(.began(stage, epoch: epoch, at: begun, firstOperation: begun))
        var whole = StageStatistics(stage: stage, firstOperation: begun, begin: begun, end: begun)
        var operations: UInt64 = 0
        for index in 0..<max(1, Int(seconds)) {
            try? await Task.sleep(for: max(.zero, begun + min(.seconds(seconds), .seconds(index + 1)) - SystemClock.now))
            if Task.isCancelled { return }
            let interval = interval(stage, index, begun)
            operations += interval.table.counts.operations
            whole.table.merge(interval.table)
            _ = try? link.post(.interval(interval))
            _ = try? link.post(.heartbeat(Progress(stage: stage, operations: operations, bytes: operations << 12)))
        }
        whole.end = SystemClock.now
        try? await link.send(.arrived(stage, epoch: epoch, .completed, whole))
    }

    /// A second of an agent with three kinds of operation, and latencies over two powers of ten.
    private func interval(_ stage: StageOrder, _ index: Int, _ begun: Moment) -> IntervalStatistics {
        var table = StatisticsTable()
        var noise = UInt64(number) << 32 | UInt64(index)
        for kind in [OperationKind.get, .put, .stat] {
            for _ in 0..<100 {
                noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                table.record(kind, size: 4096, nanoseconds: 100_000 + Int64(noise >> 33) % 10_000_000, bytes: 4096)
            }
        }
        return IntervalStatistics(
            stage: stage, index: index, begin: begun + .seconds(index), end: begun + .seconds(index + 1), table: table)
    }
}
