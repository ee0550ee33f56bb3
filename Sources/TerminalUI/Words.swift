import Results
import Vocabulary

/// How quantities are written on the screen, the same everywhere.
enum Words {
    /// `GET: 19882 ops/s, 19.4 MiB/s (mean: 95µs, p50: 96µs, p95: 135µs, p99: 190µs)`, held together by no-break spaces where it
    /// should not be broken.
    static func figures(_ figures: OperationFigures) -> String {
        var latencies = [("mean", figures.mean), ("p50", figures.p50), ("p95", figures.p95), ("p99", figures.p99)]
        if let corrected = figures.correctedP99 { latencies.append(("from\u{A0}intended\u{A0}p99", corrected)) }
        var parts = ["\(figures.kind.label):\u{A0}\(rate(figures.operationsPerSecond))\u{A0}ops/s"]
        if figures.kind.operationClass != .meta { parts.append("\(fixed(figures.mebibytesPerSecond, decimals: 1))\u{A0}MiB/s") }
        var text = parts.joined(separator: ", ")
        text += " (" + latencies.map { "\($0):\u{A0}\(microseconds($1))" }.joined(separator: ", ") + ")"
        if figures.errors > 0 { text += ", \(figures.errors)\u{A0}errors" }
        return text
    }

    /// `GET 19882 ops/s 19.4 MiB/s p99 190µs`: for one line that holds all kinds.
    static func shortFigures(_ figures: OperationFigures) -> String {
        var text = "\(figures.kind.label) \(rate(figures.operationsPerSecond)) ops/s"
        if figures.kind.operationClass != .meta { text += " \(fixed(figures.mebibytesPerSecond, decimals: 1)) MiB/s" }
        return text + " p99 \(microseconds(figures.p99))"
    }

    static func slowest(_ slowest: SlowestAgent) -> String {
        "slowest: \(slowest.agent) (\(rate(slowest.operationsPerSecond))\u{A0}ops/s, "
            + "\(share(slowest)))"
    }

    /// `10% of the median since 12.0s`
    static func share(_ agent: SlowestAgent) -> String {
        let since = agent.since.map { "\u{A0}since\u{A0}\(seconds($0))" } ?? ""
        return "\(fixed(agent.shareOfMedian * 100, decimals: 0))%\u{A0}of\u{A0}the\u{A0}median\(since)"
    }

    static func rate(_ value: Double) -> String { fixed(value, decimals: value < 10 ? 1 : 0) }

    static func microseconds(_ value: Double) -> String { "\(fixed(value, decimals: value < 10 ? 1 : 0))µs" }

    static func seconds(_ duration: Duration) -> String { "\(fixed(duration.inSeconds, decimals: 1))s" }

    /// `42s`, `1m02s`, `3h05m`, `2d04h`: how long something still takes.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(.up), 1e9))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch whole {
        case ..<60: return "\(whole)s"
        case ..<3600: return "\(whole / 60)m\(two(whole % 60))s"
        case ..<86_400: return "\(whole / 3600)h\(two(whole % 3600 / 60))m"
        default: return "\(whole / 86_400)d\(two(whole % 86_400 / 3600))h"
        }
    }

    static func bytes(_ bytes: UInt64) -> String { ByteCount(Int64(clamping: bytes)).description.replacingSpaces() }

    static func skew(_ skew: StageRecord.Skew) -> String {
        "start skew \(skewMicroseconds(skew.skew)) (± \(skewMicroseconds(skew.bound)))"
    }

    private static func skewMicroseconds(_ duration: Duration) -> String { "\(fixed(duration.inSeconds * 1e6, decimals: 0)) µs" }

    static func agents(_ count: Int) -> String { count == 1 ? "1 agent" : "\(count) agents" }

    static func count(_ count: some BinaryInteger, _ one: String) -> String { count == 1 ? "1 \(one)" : "\(count) \(one)s" }
}
