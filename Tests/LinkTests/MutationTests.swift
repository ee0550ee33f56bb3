import Link
import TestKit
import Testing
import Vocabulary

/// A generator whose numbers follow from its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// What arrives may be anything: it is decoded or refused, never a crash, and what was decoded can be encoded again.
@Suite struct MutationTests {
    @Test("Mutated packets are decoded or refused", arguments: [1, 2] as [UInt64])
    func packets(seed: UInt64) {
        mutate(Samples.packets.map { $0.encoded() }, seed: seed) { bytes throws(LinkError) in
            _ = try Packet(encoded: bytes).encoded()
        }
    }

    @Test("Mutated orders are decoded or refused", arguments: [3, 4] as [UInt64])
    func orders(seed: UInt64) throws {
        mutate(try Samples.orders.map { try $0.encoded() }, seed: seed) { bytes throws(LinkError) in
            _ = try Order(encoded: bytes).encoded()
        }
    }

    @Test("Mutated reports are decoded or refused", arguments: [5, 6] as [UInt64])
    func reports(seed: UInt64) throws {
        mutate(try Samples.reports.map { try $0.encoded() }, seed: seed) { bytes throws(LinkError) in
            _ = try Report(encoded: bytes).encoded()
        }
    }

    @Test("A link's books take mutated frames or cut the peer off", arguments: [7, 8] as [UInt64])
    func states(seed: UInt64) throws {
        let frames =
            try Samples.packets.map { $0.encoded() }
            + Samples.reports.map {
                Packet.message(number: $0.retention == .untilAcknowledged ? 1 : nil, acknowledged: 0, payload: try $0.encoded()).encoded()
            }
        mutate(frames, seed: seed) { bytes throws(LinkError) in
            var state = LinkState<Order, Report>()
            try state.connected(Samples.greeting(lastReceived: 0), at: .zero)
            try state.arrived(bytes, at: .zero)
            while state.next() != nil {}
            _ = state.takeFrames(byteLimit: 1 << 20)
        }
    }

    /// Applies `judge` to changed messages for half the time of a fuzz test, of which there are two with different seeds; expects that it takes
    /// some and refuses some, so that both ways are tried.
    private func mutate(_ originals: [[UInt8]], seed: UInt64, _ judge: ([UInt8]) throws(LinkError) -> Void) {
        var generator = SeededGenerator(state: seed ^ Fuzzing.seed)
        var taken = 0
        var refused = 0
        let end = ContinuousClock.now + .seconds(Fuzzing.seconds / 2)
        while taken + refused < 5000 || (taken + refused) % 100 > 0 || ContinuousClock.now < end {
            var bytes = originals.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) { change(&bytes, with: originals, &generator) }
            do {
                try judge(bytes)
                taken += 1
            } catch {
                refused += 1
            }
        }
        #expect(taken > 0 && refused > 0, "seed \(seed) of \(Fuzzing.seed): \(taken) taken, \(refused) refused")
    }

    private func change(_ bytes: inout [UInt8], with originals: [[UInt8]], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1 where place < bytes.count: bytes[place] = [0, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 3: bytes.removeSubrange(place...)
        case 4: bytes.replaceSubrange(place..., with: (originals.randomElement(using: &generator) ?? []).suffix(40))
        default: bytes.insert(contentsOf: [UInt8](repeating: 0xff, count: 9), at: place)
        }
    }
}
