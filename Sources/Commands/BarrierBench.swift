import ArgumentParser
import Results
import Synchronization
import Vocabulary

/// `muster bench barrier`: how long after a barrier has opened the agents hear of it.
///
/// The agents are played by `muster bench play`, another process, over TCP. Both read this machine's one monotonic clock: from the moment in the
/// event log at which the barrier opened, to that at which the last agent's order to begin the next stage came off its socket.
struct BarrierBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "barrier", abstract: "Open barriers before the agents that `bench play` plays, and time the receipts.")

    @Option(help: "The file that `bench play` wrote.")
    var ports: String

    @Option(help: "The file that `bench play` writes at its end.")
    var receipts: String

    @Option(help: "Where the run's folder is made.")
    var results = "."

    @Option(help: "Seconds of a stage, as `bench play` was told.")
    var seconds = 0.3

    @Option(help: "Times that the barrier opens.")
    var rounds = 100

    func validate() throws {
        guard (1...10_000).contains(rounds) else { throw ValidationError("1 to 10000 rounds") }
    }

    func run() async throws {
        let fleet = try PlayedFleet(ports: ports, stages: rounds + 1, seconds: seconds)
        let openings = Openings()
        let record = try await fleet.perform(under: results) { event, _ in openings.take(event) }
        guard let zero = record.controller?.zero else { preconditionFailure("a run has a controller") }
        let receipts = try await Receipts.read(self.receipts)
        var lasts: [Duration] = []
        var spans: [Duration] = []
        for (stage, opened) in openings.all where stage <= rounds {
            guard let heard = receipts[stage + 1], heard.count == fleet.ports.count else {
                throw ValidationError("not every agent heard that stage \(stage + 1) begins")
            }
            lasts.append(heard.last - (Moment.zero + zero + opened))
            spans.append(heard.last - heard.first)
        }
        Console.output("\(fleet.ports.count) agents, \(lasts.count) barriers")
        Console.output("from the barrier's opening to the last agent's receipt: \(text(lasts))")
        Console.output("between the first agent's receipt and the last one's: \(text(spans))")
    }

    private func text(_ durations: [Duration]) -> String {
        let sorted = durations.sorted()
        func milliseconds(_ share: Double) -> String {
            fixed(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))].inSeconds * 1000, decimals: 2)
        }
        return "median \(milliseconds(0.5)) ms, p99 \(milliseconds(0.99)) ms, maximum \(milliseconds(1)) ms"
    }
}

/// When the barriers opened, since the run began.
private final class Openings: Sendable {
    private let moments = Mutex<[Int: Duration]>([:])

    var all: [Int: Duration] { moments.withLock { $0 } }

    func take(_ event: Event) {
        guard case .barrierOpened(let stage, _, _, _) = event.kind else { return }
        moments.withLock { $0[stage.number] = event.elapsed }
    }
}

/// When the agents of a process heard that a stage begins.
final class Receipts: Sendable {
    struct Stage: Sendable {
        var count = 0
        var first: Moment
        var last: Moment
    }

    private let stages = Mutex<[Int: Stage]>([:])

    func note(_ stage: StageOrder, at moment: Moment) {
        stages.withLock { stages in
            var known = stages[stage.number, default: Stage(first: moment, last: moment)]
            known.count += 1
            known.first = min(known.first, moment)
            known.last = max(known.last, moment)
            stages[stage.number] = known
        }
    }

    /// A line a stage: its number, how many heard of it, and when the first and the last did (nanoseconds of the monotonic clock).
    func write(to path: String) throws {
        let lines = stages.withLock { $0 }.sorted { $0.key < $1.key }.map {
            "\($0.key) \($0.value.count) \($0.value.first.nanoseconds) \($0.value.last.nanoseconds)\n"
        }
        try replaceFile(path, with: lines.joined())
    }

    /// What `write` wrote, or will have written soon.
    static func read(_ path: String) async throws -> [Int: Stage] {
        let deadline = SystemClock.now + .seconds(60)
        while true {
            if let bytes = try readFile(path) { return parse(bytes) }
            guard SystemClock.now < deadline else { throw ValidationError("\(path) does not come") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func parse(_ bytes: [UInt8]) -> [Int: Stage] {
        var stages: [Int: Stage] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let numbers = line.split(separator: " ").compactMap { Int64($0) }
            guard numbers.count == 4 else { continue }
            stages[Int(numbers[0])] = Stage(
                count: Int(numbers[1]), first: Moment(nanoseconds: numbers[2]), last: Moment(nanoseconds: numbers[3]))
        }
        return stages
    }
}
