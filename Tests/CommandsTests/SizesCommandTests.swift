import ArgumentParser
import Foundation
import Measurement
import Plans
import TestKit
import Testing
import Vocabulary
import Workloads

@testable import Commands

@Suite("muster sizes")
struct SizesCommandTests {
    @Test("What is drawn has the distribution's mean, deviation and bounds, and its classes hold all of it")
    func lognormal() {
        let sample = SizeSample(
            of: .lognormal(mean: 1_048_576, standardDeviation: 524_288, minimum: ByteCount(1024), maximum: .mebibytes(10)), seed: 7,
            count: 100_000)
        #expect(sample.count == 100_000)
        #expect(abs(sample.mean / 1_048_576 - 1) < 0.01 && abs(sample.deviation / 524_288 - 1) < 0.03)
        #expect(sample.bytes(atPercentile: 0) >= 1024 && sample.bytes(atPercentile: 100) <= 10 << 20)
        // The median of this distribution is mean / √(1 + deviation² / mean²).
        #expect(abs(Double(sample.bytes(atPercentile: 50)) / (1_048_576 / 1.25.squareRoot()) - 1) < 0.01)
        #expect(abs(sample.buckets.reduce(0) { $0 + $1.ofObjects } - 1) < 1e-9)
        #expect(abs(sample.buckets.reduce(0) { $0 + $1.ofBytes } - 1) < 1e-9)
    }

    @Test("Percentiles are sizes that were drawn, classes are the results'")
    func uniform() {
        let sample = SizeSample(of: .uniform(minimum: ByteCount(1), maximum: ByteCount(16_384)), seed: 1, count: 50_000)
        #expect(abs(sample.bytes(atPercentile: 25) - 4096) < 200 && abs(sample.bytes(atPercentile: 99) - 16_220) < 60)
        #expect(sample.buckets.map(\.bucket) == [.upTo8KiB, .upTo64KiB])
        #expect(abs(sample.buckets[0].ofObjects - 0.5) < 0.02 && abs(sample.buckets[0].ofBytes - 0.25) < 0.02)
        #expect(SizeSample(of: .fixed(ByteCount(5)), seed: 1, count: 0).bytes(atPercentile: 50) == 5)
    }

    @Test(
        "Sizes, size_specs and playbooks are taken, and what is none of them is told of with why",
        arguments: [
            (["64KiB"], "of 100000 drawn: mean 64"), (["{uniform: {min: 1KiB, max: 3KiB}}", "--count", "500"], "of 500 drawn"),
            (["{type: lognormal, mean: 1MiB, std_dev: 1MiB}"], "512KiB-4MiB"), ([Repository.path("playbooks/local.yaml")], "prepared-*"),
            (["{uniform: {min: 5KiB, max: 1KiB}}"], "is less than min"), (["none.yaml"], "neither a file nor a size_spec"),
        ])
    func command(arguments: [String], words: String) throws {
        let command = try #require(try SizesCommand.parseAsRoot(arguments) as? SizesCommand)
        var told = ""
        do { told = try command.reports().map(\.text).joined(separator: "\n") } catch { told = "\(error)" }
        #expect(told.contains(words), "\(told)")
    }
}
