import ArgumentParser
import Glibc
import Plans
import Storage
import Vocabulary
import Workloads

/// `muster bench data`: how fast one core makes the bytes of PUTs, by the CPU time that it takes.
struct DataBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "data", abstract: "Make bytes of PUTs on one thread.")

    @Option(help: "Seconds of CPU a kind.")
    var seconds = 2.0

    private static let kinds: [(name: String, size: Int64, dedupFactor: Int, compressFactor: Int)] = [
        ("4 KiB, unique", 4 << 10, 1, 1), ("1 MiB, unique", 1 << 20, 1, 1), ("64 MiB, unique", 64 << 20, 1, 1),
        ("64 MiB, dedup_factor 4", 64 << 20, 4, 1), ("64 MiB, compress_factor 3", 64 << 20, 1, 3),
    ]

    func run() {
        let data = DataSource()
        for kind in Self.kinds {
            let begun = Self.taken()
            var (made, index): (Int64, UInt64) = (0, 0)
            while Self.taken() - begun < seconds {
                data.begin(
                    size: kind.size, fill: .random, seed: 1, index: index, dedupFactor: kind.dedupFactor,
                    compressFactor: kind.compressFactor)
                var rest = kind.size
                while rest > 0 { rest -= Int64(data.next(Int(min(rest, Int64(bodyChunk)))).count) }
                made += kind.size
                index += 1
            }
            let rate = Double(made) / (Self.taken() - begun) / 1e9
            Console.output("\(kind.name): \(fixed(rate, decimals: 1)) GB/s")
        }
    }

    /// Seconds of CPU that this thread has had.
    private static func taken() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
