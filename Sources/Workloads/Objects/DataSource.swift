import Plans
import Storage

/// The bytes of one worker's PUTs: fresh for each object, and a function of the object's seed and index.
///
/// Each 8-byte word is wyrand's fold of its own counter, so that neither order nor earlier words matter. The first chunk is made by
/// `begin`, outside of what is timed; objects above `bodyChunk` make the others while they are written.
final class DataSource: ObjectBody {
    /// What a compressible object repeats its pattern in.
    static let block = 4096

    private let buffer: UnsafeMutableRawBufferPointer
    private var seed: UInt64 = 0
    private var fill = Fill.random
    private var compressFactor = 1
    /// Bytes of the object made so far.
    private var made: Int64 = 0
    private var isFirst = true

    init() { buffer = .allocate(byteCount: bodyChunk, alignment: 4096) }

    deinit { buffer.deallocate() }

    /// Turns to an object of `size` bytes; of `dedupFactor` objects in a row all have the same content, and each shrinks to about
    /// 1/`compressFactor` when compressed.
    func begin(size: Int64, fill: Fill, seed: UInt64, index: UInt64, dedupFactor: Int = 1, compressFactor: Int = 1) {
        self.fill = fill
        self.seed = Random.mix(seed, index / UInt64(max(1, dedupFactor)))
        self.compressFactor = max(1, compressFactor)
        made = 0
        make(Int(min(size, Int64(bodyChunk))))
        isFirst = true
    }

    func next(_ count: Int) -> UnsafeRawBufferPointer {
        precondition(count <= bodyChunk, "a body gives at most bodyChunk bytes at once")
        if !isFirst { make(count) }
        isFirst = false
        made += Int64(count)
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    private func make(_ count: Int) {
        guard count > 0, let start = buffer.baseAddress else { return }
        switch fill {
        case .zero: start.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        case .random, .prand:
            makeRandom(start.assumingMemoryBound(to: UInt64.self), words: (count + 7) / 8)
            if compressFactor > 1 { flatten(start, count) }
        }
    }

    private func makeRandom(_ words: UnsafeMutablePointer<UInt64>, words count: Int) {
        let step: UInt64 = 0xa076_1d64_78bd_642f
        var counter = seed &+ UInt64(made / 8) &* step
        for place in 0..<count {
            counter &+= step
            words[place] = Random.fold(counter)
        }
    }

    /// Leaves the first part of each block random and makes the rest zero.
    private func flatten(_ start: UnsafeMutableRawPointer, _ count: Int) {
        let kept = Self.block / compressFactor
        for block in stride(from: 0, to: count, by: Self.block) {
            let zeros = min(Self.block, count - block) - kept
            if zeros > 0 { (start + block + kept).initializeMemory(as: UInt8.self, repeating: 0, count: zeros) }
        }
    }
}
