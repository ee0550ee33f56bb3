import ArgumentParser
import Measurement
import Vocabulary
import Workloads

/// `muster replay`: does again what an operation log says.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Do again on this machine what an operation log says, and compare how long it took then and now.",
        discussion: """
            The log has to be sorted (muster sort). Operations begin at the trace's distances from each other, or at others by --speed, \
            whatever became of those before. It writes and deletes what the trace says: --remap sends it to another place.
            """)

    @Argument(help: ArgumentHelp("A sorted operation log, compressed (.zst) or not.", valueName: "log"))
    var log: String

    @Option(
        help: ArgumentHelp(
            "Names that begin with FROM begin with TO instead; may be given several times, the first that fits holds.", valueName: "FROM=TO"
        ))
    var remap: [String] = []

    @Option(help: ArgumentHelp("How many times faster than the trace; max: as fast as the storage answers.", valueName: "number"))
    var speed = "1"

    @Option(help: "Operations that may be under way at once.")
    var workers = 64

    @Option(help: ArgumentHelp("Errors after which it ends.", valueName: "number"))
    var maxErrors = 100

    func validate() throws { _ = try settings() }

    func run() async throws {
        let replay = Replay(log, settings: try settings())
        let stop = StopFlag()
        let interruptions = Task {
            for await _ in Interruptions.stream() {
                Console.error("stopping")
                stop.stop()
            }
        }
        defer { interruptions.cancel() }
        let result = await withCheckedContinuation { continuation in
            let started = WorkerThread.start { continuation.resume(returning: Self.perform(replay, stop)) }
            precondition(started, "a thread can be had")
        }
        switch result {
        case .success(let outcome):
            Console.output(Self.report(outcome))
            if let failure = outcome.failure {
                Console.error(failure)
                throw ExitCode(stop.isStopped ? 130 : 1)
            }
        case .failure(let why):
            Console.error("\(why)")
            throw ExitCode.failure
        }
    }

    private static func perform(_ replay: Replay, _ stop: StopFlag) -> Result<Replay.Outcome, Replay.Failure> {
        do throws(Replay.Failure) {
            return .success(try replay.run(stop: stop, onInterval: tell))
        } catch {
            return .failure(error)
        }
    }

    private func settings() throws -> Replay.Settings {
        var settings = Replay.Settings()
        settings.remaps = try remap.map { rule in
            guard let cut = rule.firstIndex(of: "="), cut != rule.startIndex else {
                throw ValidationError("--remap takes FROM=TO, not '\(rule)'")
            }
            return Replay.Remap(from: String(rule[..<cut]), to: String(rule[rule.index(after: cut)...]))
        }
        if speed == "max" {
            settings.speed = nil
        } else {
            guard let factor = Double(speed), factor > 0, factor.isFinite else {
                throw ValidationError("--speed takes a number above 0, or max")
            }
            settings.speed = factor
        }
        guard (1...65_536).contains(workers), maxErrors >= 0 else {
            throw ValidationError("--workers is between 1 and 65536, --max-errors at least 0")
        }
        (settings.workers, settings.maximumErrors) = (workers, maxErrors)
        return settings
    }

    private static let tell: @Sendable (IntervalStatistics) -> Void = { interval in
        let total = interval.table.total
        let rate = Double(total.count) / max(interval.duration.inSeconds, 1e-9)
        Console.error("\(interval.index + 1) s: \(fixed(rate, decimals: 0)) operations/s, \(total.errors) errors")
    }

    private static func report(_ outcome: Replay.Outcome) -> String {
        func micro(_ nanoseconds: Double) -> String { fixed(nanoseconds / 1000, decimals: 1) }
        func cells(_ histogram: LatencyHistogram) -> [String] {
            guard histogram.count > 0 else { return ["-", "-", "-"] }
            return [
                micro(histogram.meanNanoseconds), micro(Double(histogram.nanoseconds(atPercentile: 50))),
                micro(Double(histogram.nanoseconds(atPercentile: 99))),
            ]
        }
        var rows = [
            ["operation", "count", "errors", "then: errors", "mean µs", "p50", "p99", "now: mean µs", "p50", "p99", "p99 since intended"]
        ]
        for kind in outcome.kinds {
            let late = kind.sinceIntended.count > 0 ? micro(Double(kind.sinceIntended.nanoseconds(atPercentile: 99))) : "-"
            rows.append(
                [kind.kind.label, "\(kind.now.count)", "\(kind.now.errors)", "\(kind.traceErrors)"] + cells(kind.trace)
                    + cells(kind.now.latency) + [late])
        }
        var lines = [TextTable(rows).text()]
        lines.append(
            "then \(fixed(outcome.traceDuration.inSeconds, decimals: 3)) s, now \(fixed(outcome.duration.inSeconds, decimals: 3)) s")
        if outcome.lateness.count > 0 {
            let worst = micro(Double(outcome.lateness.maximum))
            lines.append(
                "begun later than intended: p99 \(micro(Double(outcome.lateness.nanoseconds(atPercentile: 99)))) µs, at most \(worst) µs")
        }
        return (lines + outcome.notes).joined(separator: "\n")
    }
}
