import Plans
import Storage
import Testing
import Vocabulary

@testable import Workloads

@Suite("What puts write")
struct DataTests {
    @Test("Each object has bytes of its own, the same ones each time, and no block twice")
    func contentIsFresh() {
        let size = 2 * bodyChunk + 12_345
        let first = bytes(size: size, index: 1)
        #expect(first == bytes(size: size, index: 1))
        #expect(first.count == size)
        var blocks: Set<ArraySlice<UInt8>> = []
        for object in [first, bytes(size: size, index: 2)] {
            for start in stride(from: 0, to: size - 4096, by: 4096) { blocks.insert(object[start..<start + 4096]) }
        }
        #expect(blocks.count == 2 * ((size - 4096 + 4095) / 4096))
    }

    @Test("Random bytes are even: each value comes about as often as any other (χ², p = 0.001)")
    func contentIsEven() {
        var counts = [Double](repeating: 0, count: 256)
        for byte in bytes(size: 1 << 20, index: 3) { counts[Int(byte)] += 1 }
        let expected = Double(1 << 20) / 256
        #expect(counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected } < 330.5)
    }

    @Test("Filled with zeros it is zeros; compressible, all but a part of each block is")
    func contentCanBeThin() {
        #expect(bytes(size: 10_000, index: 1, fill: .zero).allSatisfy { $0 == 0 })
        let thin = bytes(size: 1 << 20, index: 1, compress: 4)
        let zeros = thin.count { $0 == 0 }
        #expect(abs(Double(zeros) / Double(1 << 20) - 0.75) < 0.01)
    }

    @Test("Of so many objects in a row all have the same content, as dedup_factor says")
    func contentRepeats() {
        let objects = (0..<12).map { bytes(size: 5000, index: $0, dedup: 3) }
        #expect(Set(objects).count == 4)
        #expect(objects[0] == objects[2])
        #expect(objects[2] != objects[3])
    }

    @Test("Uniform sizes are even over their bounds, both included")
    func uniformSizes() {
        let sizes = SizeDistribution.uniform(minimum: ByteCount(10), maximum: ByteCount(19))
        var counts = [Double](repeating: 0, count: 10)
        for index in 0..<10_000 { counts[Int(sizes.bytes(seed: 5, index: UInt64(index))) - 10] += 1 }
        #expect(counts.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 } < 27.9, "χ² with nine degrees of freedom")
    }

    @Test("Lognormal sizes have about their mean and deviation in linear space")
    func lognormalSizes() {
        let sizes = SizeDistribution.lognormal(
            mean: 100_000, standardDeviation: 50_000, minimum: ByteCount(1), maximum: ByteCount(100_000_000))
        let drawn = (0..<20_000).map { Double(sizes.bytes(seed: 5, index: UInt64($0))) }
        let mean = drawn.reduce(0, +) / 20_000
        let deviation = (drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000).squareRoot()
        #expect(abs(mean - 100_000) < 2_000)
        #expect(abs(deviation - 50_000) < 3_000)
        let clamped = SizeDistribution.lognormal(mean: 1000, standardDeviation: 5000, minimum: ByteCount(500), maximum: ByteCount(2000))
        #expect((0..<1000).allSatisfy { (500...2000).contains(clamped.bytes(seed: 1, index: UInt64($0))) })
    }

    private func bytes(size: Int, index: UInt64, fill: Fill = .random, dedup: Int = 1, compress: Int = 1) -> [UInt8] {
        let source = DataSource()
        source.begin(size: Int64(size), fill: fill, seed: 9, index: index, dedupFactor: dedup, compressFactor: compress)
        var bytes: [UInt8] = []
        while bytes.count < size { bytes += source.next(min(bodyChunk, size - bytes.count)) }
        return bytes
    }
}
