import CZstd
import Plans
import Storage
import Testing
import Vocabulary

@testable import Workloads

@Suite("dedup_factor and compress_factor are true within 5 %")
struct ContentFactorTests {
    @Test(
        "Of so many blocks one is new, whatever the sizes, as hashing them shows",
        arguments: [
            (.fixed(ByteCount(4096)), 1000), (.uniform(minimum: ByteCount(1), maximum: ByteCount(65_536)), 600),
            (.fixed(ByteCount(3 << 20)), 2), (.uniform(minimum: ByteCount(10_000), maximum: ByteCount(1 << 20)), 60),
        ] as [(SizeDistribution, Int)], [2, 5, 10])
    func deduplication(set: (sizes: SizeDistribution, count: Int), factor: Int) {
        let (sizes, count) = set
        var seen: Set<Int> = []
        var blocks = 0
        for index in 0..<count {
            let content = content(sizes, index: index, dedup: factor)
            for start in stride(from: 0, to: content.count, by: Repetition.block) {
                seen.insert(hash(content[start..<min(content.count, start + Repetition.block)]))
                blocks += 1
            }
        }
        let measured = Double(blocks) / Double(seen.count)
        #expect(abs(measured / Double(factor) - 1) < 0.05, "\(measured) instead of \(factor)")
    }

    @Test("They shrink to one part, as zstd shows", arguments: [4096, 65_536, 1 << 20] as [Int64], [2, 3, 5, 10, 20])
    func compression(size: Int64, factor: Int) {
        let objects = size > 65_536 ? 3 : 20
        let content = (0..<objects).map { self.content(.fixed(ByteCount(size)), index: $0, compress: factor) }
        let packed = content.reduce(0) { $0 + compressedSize($1) }
        let measured = Double(size) * Double(objects) / Double(packed)
        #expect(abs(measured / Double(factor) - 1) < 0.05, "\(measured) instead of \(factor)")
    }

    @Test("Without them nothing shrinks and nothing comes twice")
    func neither() {
        let first = content(.fixed(ByteCount(1 << 20)), index: 0)
        #expect(compressedSize(first) > 1 << 20)
        let blocks = Set(stride(from: 0, to: 1 << 20, by: 4096).map { hash(first[$0..<$0 + 4096]) })
        #expect(blocks.count == 256)
    }

    private func content(_ sizes: SizeDistribution, index: Int, dedup: Int = 1, compress: Int = 1) -> [UInt8] {
        let set = PlannedObjects(
            ObjectSet(base: "file:///none/", count: 1, sizes: sizes, dedupFactor: dedup, compressFactor: compress, seed: 11))
        let size = set.size(index)
        let data = DataSource()
        set.begin(data, index: index, size: size)
        var bytes: [UInt8] = []
        while bytes.count < Int(size) { bytes += data.next(min(bodyChunk, Int(size) - bytes.count)) }
        return bytes
    }

    private func hash(_ bytes: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    private func compressedSize(_ bytes: [UInt8]) -> Int {
        var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        return ZSTD_compress(&packed, packed.count, bytes, bytes.count, 3)
    }
}
