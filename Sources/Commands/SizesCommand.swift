import ArgumentParser
import Foundation
import Measurement
import Plans
import Playbooks
import Vocabulary
import Workloads

/// `muster sizes`: what size distributions come to, before anything is written.
struct SizesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sizes", abstract: "Show what sizes a distribution, or each of a playbook, yields.",
        discussion: """
            Sizes are drawn as prepare and PUT draw them; those of a playbook's sets are the ones that its objects have. Examples: \
            muster sizes 64KiB · muster sizes '{uniform: {min: 1KiB, max: 1MiB}}' · muster sizes '{type: lognormal, mean: 1MiB, std_dev: 512KiB}' · \
            muster sizes playbook.yaml
            """)

    @Argument(help: ArgumentHelp("A size, a size_spec in YAML, or a playbook.", valueName: "spec"), completion: .file())
    var spec: String

    @Option(help: "Objects whose sizes are drawn, where the playbook does not say how many there are.")
    var count = 100_000

    func validate() throws {
        guard (1...SizeSample.limit).contains(count) else { throw ValidationError("--count is between 1 and \(SizeSample.limit)") }
    }

    func run() throws { Console.output(try reports().map(\.text).joined(separator: "\n\n")) }

    func reports() throws -> [SizesReport] {
        let found = FileManager.default.fileExists(atPath: spec) ? try inPlaybook() : [try distribution()]
        guard !found.isEmpty else { throw ValidationError("\(spec) makes and puts no object") }
        return found
    }

    private func distribution() throws -> SizesReport {
        let text = "target: file:///sizes/\nworkload: [{op: put, path: x/, size_spec: \(spec)}]\n"
        let reading = readPlaybook(path: "spec", text: text, options: PlaybookOptions())
        for stage in reading.plan?.agents.first?.stages ?? [] {
            guard case .load(let work) = stage.work, let sizes = work.operations.first?.sizes else { continue }
            return SizesReport(what: spec, sizes: sizes, seed: 1, objects: nil, drawn: count)
        }
        let wrong = reading.problems.first { $0.severity == .error }
        throw ValidationError("\(spec) is neither a file nor a size_spec: \(wrong.map { "\($0.what)" } ?? "it says no size")")
    }

    private func inPlaybook() throws -> [SizesReport] {
        let plan = try PlaybookArguments.plan(of: spec)
        guard let agent = plan.agents.first else { return [] }
        var reports: [SizesReport] = []
        for stage in agent.stages {
            switch stage.work {
            case .prepare(let work):
                reports += work.sets.filter { $0.count > 0 }.map {
                    SizesReport(what: "\($0.base)\($0.namePrefix)*", sizes: $0.sizes, seed: $0.seed, objects: $0.count, drawn: $0.count)
                }
                reports += work.trees.map { tree in
                    let files = tree.plannedFiles
                    return SizesReport(what: "files of \(tree.base)", sizes: tree.sizes, seed: tree.seed, objects: files, drawn: files)
                }
            case .load(let work):
                reports += work.operations.compactMap { operation in
                    operation.sizes.map {
                        SizesReport(what: "PUT \(operation.uri) (\(stage.name))", sizes: $0, seed: work.seed, objects: nil, drawn: count)
                    }
                }
            case .validation, .cleanup, .custom, .replay: break
            }
        }
        return reports
    }
}

/// What one distribution yields, in words.
struct SizesReport {
    let what: String
    let sizes: SizeDistribution
    let seed: UInt64
    /// Objects that there are of it; nil: as many as are put.
    let objects: Int?
    /// Sizes to draw, at most `SizeSample.limit`.
    let drawn: Int

    private static let percentiles = [0, 1, 5, 25, 50, 75, 95, 99, 100.0]

    var text: String {
        let sample = SizeSample(of: sizes, seed: seed, count: drawn)
        var lines = [what]
        let mean = "mean \(bytes(sample.mean)), deviation \(bytes(sample.deviation))"
        if let objects {
            let whole = bytes(sample.mean * Double(objects))
            lines.append("  \(objects) objects, \(objects > sample.count ? "about " : "")\(whole); \(mean)")
        } else {
            lines.append("  of \(sample.count) drawn: \(mean)")
        }
        let names = Self.percentiles.map { $0 == 0 ? "min" : $0 == 100 ? "max" : "p\(Int($0))" }
        let values = Self.percentiles.map { bytes(Double(sample.bytes(atPercentile: $0))) }
        lines += TextTable([names, values]).text().split(separator: "\n").map { "  \($0)" }
        let rows = sample.buckets.map { part in
            [part.bucket.label, percent(part.ofObjects), percent(part.ofBytes), String(repeating: "#", count: Int(part.ofObjects * 40))]
        }
        lines += TextTable([["sizes", "objects", "bytes", ""]] + rows).text().split(separator: "\n").map { "  \($0)" }
        return lines.joined(separator: "\n")
    }

    private func bytes(_ amount: Double) -> String { ByteCount(Int64(min(amount.rounded(), 9e18))).description }
    private func percent(_ part: Double) -> String { "\(fixed(part * 100, decimals: 1)) %" }
}
