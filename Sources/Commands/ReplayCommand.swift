import ArgumentParser
import Measurement
import Plans
import Vocabulary
import Workloads

/// `muster replay`: does again what an operation log says.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Do again what an operation log says, here or on a fleet, and compare how long it took then and now.",
        discussion: """
            The log has to be sorted (muster sort). Operations begin at the trace's distances from each other, or at others by --speed, \
            whatever became of those before. It writes and deletes what the trace says: --remap sends it to another place. \
            With --hosts, --playbook or --inventory an agent on each host does its part: of n agents the first does the operations 1, n + 1, …, the \
            second 2, n + 2, …; --workers and --max-errors hold for each, and the results come home as those of a run.
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

    @OptionGroup(title: "On other hosts") var hosts: HostOptions

    @Option(help: ArgumentHelp("With hosts: put the results directory in here.", valueName: "folder"), completion: .directory)
    var results = "."

    @Option(help: ArgumentHelp("With hosts: the agent to deploy; default: muster-agent beside this program.", valueName: "file"))
    var agent: String?

    func validate() throws { _ = try work() }

    func run() async throws {
        let work = try work()
        guard !hosts.isGiven else {
            let code = try await FleetReplay(work: work, hosts: hosts, results: results, agent: agent).run()
            if code != 0 { throw ExitCode(code) }
            return
        }
        let replay = Replay(work)
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
            Console.output(ReplayReport(outcome).text)
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

    private func work() throws -> ReplayWork {
        var work = ReplayWork(log: absolute(log))
        work.remaps = try remap.map { rule in
            guard let cut = rule.firstIndex(of: "="), cut != rule.startIndex else {
                throw ValidationError("--remap takes FROM=TO, not '\(rule)'")
            }
            return ReplayWork.Remap(from: String(rule[..<cut]), to: String(rule[rule.index(after: cut)...]))
        }
        if speed == "max" {
            work.speed = nil
        } else {
            guard let factor = Double(speed), factor > 0, factor.isFinite else {
                throw ValidationError("--speed takes a number above 0, or max")
            }
            work.speed = factor
        }
        guard (1...65_536).contains(workers), maxErrors >= 0 else {
            throw ValidationError("--workers is between 1 and 65536, --max-errors at least 0")
        }
        (work.workers, work.maximumErrors) = (workers, maxErrors)
        return work
    }

    private static let tell: @Sendable (IntervalStatistics) -> Void = { interval in
        let total = interval.table.total
        let rate = Double(total.count) / max(interval.duration.inSeconds, 1e-9)
        Console.error("\(interval.index + 1) s: \(fixed(rate, decimals: 0)) operations/s, \(total.errors) errors")
    }
}
