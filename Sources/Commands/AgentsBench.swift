import ArgumentParser
import Glibc
import Results
import TerminalUI
import Vocabulary

/// `muster bench agents`: what a controller with many agents costs in memory and processor, and how far apart they begin.
struct AgentsBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents", abstract: "Coordinate the agents that `bench play` plays, and tell memory and processor time.")

    @Option(help: "The file that `bench play` wrote.")
    var ports: String

    @Option(help: "Where the run's folder is made.")
    var results = "."

    @Option(help: "Seconds of load, as `bench play` was told.")
    var seconds = 600.0

    private struct Sample {
        let moment: Moment
        /// KiB.
        let memory: Int
        let processorSeconds: Double
    }

    func run() async throws {
        let fleet = try PlayedFleet(ports: ports, seconds: seconds)
        let screen = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(screen) }
        let display = LiveDisplay(.init(descriptor: screen, isTerminal: true, color: true, columns: 120, rows: 50))
        let sampling = Task { await Self.sample() }
        let record = try await fleet.perform(under: results) { display.show($0, $1) }
        sampling.cancel()
        report(record, await sampling.value)
    }

    /// Once a second until it is cancelled.
    private static func sample() async -> [Sample] {
        var samples: [Sample] = []
        while !Task.isCancelled {
            samples.append(Sample(moment: SystemClock.now, memory: residentKibibytes, processorSeconds: processorSeconds))
            try? await Task.sleep(for: .seconds(1))
        }
        return samples
    }

    private static var residentKibibytes: Int {
        let words = ((try? readFile("/proc/self/statm")) ?? nil).map { String(decoding: $0, as: UTF8.self).split(separator: " ") } ?? []
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024 : 0
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func report(_ record: RunRecord, _ samples: [Sample]) {
        Console.output("\(record.agents.count) agents, \(fixed(seconds, decimals: 0)) s of load, \(record.lastSequence) events")
        if let skew = record.stages.first?.skew {
            Console.output(
                "start skew \(fixed(skew.skew.inSeconds * 1000, decimals: 2)) ms (± \(fixed(skew.bound.inSeconds * 1000, decimals: 2)) ms)")
        }
        // The first minute, or third of a shorter run, is for growing.
        let settled = min(60, samples.count / 3)
        guard samples.count > settled + 1, let last = samples.last else { return }
        let steady = samples[settled...]
        let memory = steady.map(\.memory)
        let grown = Double(memory.max() ?? 0) / Double(max(1, steady[settled].memory)) - 1
        Console.output(
            "memory \(steady[settled].memory / 1024) MiB after \(settled) s, at most \(fixed(grown * 100, decimals: 1)) % more afterwards")
        let share = (last.processorSeconds - steady[settled].processorSeconds) / (last.moment - steady[settled].moment).inSeconds
        Console.output("processor \(fixed(share * 100, decimals: 1)) % of a core from then on")
    }
}
