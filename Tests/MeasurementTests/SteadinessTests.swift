import Foundation
import Measurement
import Testing

@Suite("Whether a throughput has settled")
struct SteadinessTests {
    /// How many batches of a series go by until a window of it has settled; nil where none has.
    private func settles(_ series: [Double], precision: Double = 0.02, drift: Double = 0.05) -> Int? {
        (Steadiness.batches...series.count).first { end in
            let window = Array(series[(end - Steadiness.batches)..<end])
            return Steadiness(window, confidence: 0.95)?.unrest(precision: precision, drift: drift) == nil
        }
    }

    /// Nearly normal, with mean 0 and deviation 1.
    private func noise(_ random: inout Seeded) -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    }

    @Test("Intervals are those of the textbook: a sample with known mean, deviation and slope")
    func known() throws {
        // 1 … 20: mean 10.5, s 5.916, t(0.975, 19) 2.093; all on a line.
        let line = try #require(Steadiness((1...20).map(Double.init), confidence: 0.95))
        #expect(line.mean == 10.5 && abs(line.drift - 20) < 1e-9 && line.driftHalfWidth < 1e-6)
        #expect(abs(line.halfWidth - 2.093 * 5.9161 / 20.0.squareRoot()) < 0.003)
        #expect(abs(line.spread - 16) < 1e-9)
        // Alternating 9 and 11: neighbours are not alike, so nothing is widened.
        let even = try #require(Steadiness((0..<20).map { $0 % 2 == 0 ? 9 : 11 }, confidence: 0.99))
        #expect(even.mean == 10 && abs(even.halfWidth - 2.861 * (20.0 / 19 / 20).squareRoot()) < 0.003)
        #expect(Steadiness([1, 2, 3], confidence: 0.95) == nil)
    }

    @Test(
        "A mean's confidence interval holds it about as often as it says, and not much less often where neighbours are alike",
        arguments: [0.0, 0.6])
    func coverage(correlation: Double) {
        var random = Seeded(7)
        var held = 0
        for _ in 0..<2000 {
            var last = noise(&random)
            let window = (0..<20).map { _ -> Double in
                last = correlation * last + (1 - correlation * correlation).squareRoot() * noise(&random)
                return 100 + 3 * last
            }
            if let found = Steadiness(window, confidence: 0.95), abs(found.mean - 100) <= found.halfWidth { held += 1 }
        }
        #expect((correlation == 0 ? 1860...1980 : 1500...1980).contains(held), "\(held) of 2000")
    }

    @Test("Noise that the precision allows for settles with the first windows", arguments: 1...20 as ClosedRange<UInt64>)
    func settled(seed: UInt64) throws {
        var random = Seeded(seed)
        let series = (0..<400).map { _ in 1000 + 20 * noise(&random) }
        #expect(try #require(settles(series)) < 120)
    }

    @Test("Noise that leaves the mean unknown does not settle")
    func tooNoisy() {
        var random = Seeded(3)
        #expect(settles((0..<2000).map { _ in 1000 + 300 * noise(&random) }) == nil)
    }

    /// Change over a window, as a part of the mean, and noise a batch.
    static let drifts: [(Double, Double)] = [0.12, 0.15, 0.3, 0.6, -0.12, -0.2, -0.5].flatMap { drift in
        [0, 0.005, 0.02, 0.05, 0.2].map { (drift, $0) }
    }

    @Test("A drift never settles, however even or uneven it is", arguments: drifts)
    func drifting(drift: Double, deviation: Double) {
        for seed in 1...40 as ClosedRange<UInt64> {
            var random = Seeded(seed)
            // Geometric, so that it is the same part of the mean everywhere.
            var level = 1e6
            let step = 1 + drift / Double(Steadiness.batches)
            let series = (0..<200).map { _ -> Double in
                level *= step
                return level * max(0, 1 + deviation * noise(&random))
            }
            #expect(settles(series) == nil, "seed \(seed)")
        }
    }

    @Test("What comes to rest settles when it has, not before", arguments: 1...20 as ClosedRange<UInt64>)
    func comesToRest(seed: UInt64) throws {
        var random = Seeded(seed)
        // A cache that fills: falls to its half with a time constant of 30 batches.
        var left = 1.0
        let series = (0..<500).map { _ -> Double in
            left *= 29.0 / 30
            return 1000 * (1 + left) + 10 * noise(&random)
        }
        let end = try #require(settles(series))
        let window = series[(end - Steadiness.batches)..<end]
        #expect(window.reduce(0, +) / 20 < 1100, "it settled \(end) batches in")
    }

    @Test("A step is not settled while the window holds both sides, and is when it holds one")
    func step() throws {
        var random = Seeded(5)
        let series = (0..<200).map { place in (place < 100 ? 500.0 : 1000) + 3 * noise(&random) }
        let both = (101..<119).filter { end in
            Steadiness(Array(series[(end - 20)..<end]), confidence: 0.95)?.unrest(precision: 0.02, drift: 0.05) == nil
        }
        #expect(both == [])
        #expect(settles(Array(series[101...])) == 20)
    }

    @Test("Waves settle where they are small or short, and not at the turning point of a long and high one")
    func periodic() {
        func wave(_ length: Double, _ height: Double) -> [Double] {
            (0..<400).map { 1000 * (1 + height * sin(Double($0) / length * 2 * .pi)) }
        }
        #expect(settles(wave(2.5, 0.01)) != nil)
        #expect(settles(wave(40, 0.005)) != nil)
        for length in [15.0, 20, 30, 40, 60] { #expect(settles(wave(length, 0.4)) == nil, "waves of \(length) batches") }
    }

    @Test("Nothing done is not settled")
    func nothing() {
        #expect(settles(Array(repeating: 0, count: 40)) == nil)
    }
}
