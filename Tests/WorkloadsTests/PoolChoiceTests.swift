import Foundation
import Plans
import Storage
import Testing
import Vocabulary

@testable import Workloads

@Suite("Which objects an agent reads")
struct PoolChoiceTests {
    private static let agents = 3

    @Test(
        "Exclusive agents do not all work in partition 0: each has a part of its own, and together they have everything",
        arguments: [1000, 1001, 7])
    func exclusivePartsAreDisjoint(count: Int) {
        let parts = (0..<Self.agents).map { seen(.exclusive(share: share($0)), count) }
        #expect(parts.reduce(0) { $0 + $1.count } == count)
        #expect(parts.reduce(into: Set()) { $0.formUnion($1) } == Set(0..<count))
        for (agent, part) in parts.enumerated() { #expect(part.count == share(agent).portion(of: count)) }
    }

    @Test("Partitioned ones take another's objects as often as partition_overlap says, all of them alike", arguments: [0, 0.3, 1])
    func overlapIsKept(overlap: Double) {
        for agent in 0..<Self.agents {
            let drawn = draw(.partitioned(share: share(agent), overlap: overlap), 1001, times: 60_000)
            let foreign = drawn.filter { $0 % Self.agents != agent }
            #expect(abs(Double(foreign.count) / 60_000 - overlap) < 0.02)
            if overlap > 0 { #expect(Set(foreign).count == 1001 - share(agent).portion(of: 1001)) }
        }
    }

    @Test("Weighted ones take any object with that probability, else one of their own")
    func weightedTakesAny() {
        let drawn = draw(.weighted(share: share(1), overlap: 0.5), 999, times: 60_000)
        // Of half of the draws a third is the agent's own too.
        #expect(abs(Double(drawn.count { $0 % 3 == 1 }) / 60_000 - (0.5 + 0.5 / 3)) < 0.02)
        #expect(Set(drawn).count == 999)
    }

    @Test("Random takes all evenly (χ², p = 0.001)")
    func randomIsEven() {
        var counts = [Double](repeating: 0, count: 10)
        for number in draw(.random, 10, times: 10_000) { counts[number] += 1 }
        #expect(counts.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 } < 27.9)
    }

    @Test("An agent without an object of its own takes another's, unless it may not: then the load says so")
    func fewObjects() async throws {
        #expect(PoolChoice(.exclusive(share: share(2)), count: 2).isEmpty)
        #expect(seen(.partitioned(share: share(2), overlap: 0.1), 2) == [0, 1])
        try await rehearse { stage in
            var last = stage
            (last.agent, last.agentCount) = (3, 3)
            let sets = [stage.set(2)]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 1)))
            var work = stage.load([LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)], sets: sets, tasks: 5)
            work.pathSelection = .exclusive(share: share(2))
            guard case .failed(let why) = await last.perform(.load(work)).outcome.end else {
                Issue.record("it did not fail")
                return
            }
            #expect(why.contains("none is this agent's own") && why.contains("fix: "))
            work.operations[0].uri = "\(stage.base)prepared-00000000.dat"
            #expect(await last.perform(.load(work)).outcome.end == .completed, "an object by its name is everybody's")
        }
    }

    @Test("Of more foreign names than are kept a sample stays, the same whatever their order")
    func samplesAgree() {
        let names = (0..<5000).map { Array("file:///t/object-\($0)".utf8) }
        func sample(_ names: [[UInt8]]) -> NameSample {
            var sample = NameSample(limit: 500)
            for name in names { name.withUnsafeBytes { sample.add($0) } }
            return sample
        }
        let first = sample(names)
        #expect(first.isCut && first.seen == 5000)
        #expect((150...500).contains(first.names.count))
        #expect(sample(names.reversed()).names == first.names)
        let early = first.names.count { String(decoding: $0, as: UTF8.self).count < "file:///t/object-2500".count }
        #expect(Double(early) / Double(first.names.count) < 0.4, "not the first ones")
        #expect(!sample(Array(names.prefix(500))).isCut)
    }

    private func share(_ agent: Int) -> Share { Share(index: agent, count: Self.agents) }

    private func draw(_ selection: PathSelection, _ count: Int, times: Int) -> [Int] {
        let choice = PoolChoice(selection, count: count)
        var random = Random(seed: 5)
        return (0..<times).map { _ in choice.next(&random) }
    }

    private func seen(_ selection: PathSelection, _ count: Int) -> Set<Int> { Set(draw(selection, count, times: count * 40)) }
}
