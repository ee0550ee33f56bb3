import Plans
import Storage

/// The bytes of one worker's PUTs: fresh for each object, and a function of the object's seed and index.
///
/// Each 8-byte word is wyrand's fold of its own counter, so that neither order nor earlier words matter. The first chunk is made by
/// `begin`, outside of what is timed; objects above `bodyChunk` make the others while they are written.
package final class DataSource: ObjectBody {
    /// What a compressible object repeats its pattern in.
    static let block = Repetition.block
    /// Words of a block.
    private static let blockWords = block / 8
    private static let step: UInt64 = 0xa076_1d64_78bd_642f

    private let buffer: UnsafeMutableRawBufferPointer
    private var seed: UInt64 = 0
    private var fill = Fill.random
    /// Random bytes of each block; the rest of it is zeros.
    private var kept = block
    /// Blocks after which the object begins to repeat itself; 0: never.
    private var period = 0
    /// Bytes of the object made so far.
    private var made: Int64 = 0
    private var isFirst = true

    package init() { buffer = .allocate(byteCount: bodyChunk, alignment: 4096) }

    deinit { buffer.deallocate() }

    /// Turns to an object of `size` bytes; of `dedupFactor` blocks one is new (see `Repetition`), and the object shrinks to about
    /// 1/`compressFactor` when compressed.
    package func begin(size: Int64, fill: Fill, seed: UInt64, index: UInt64, dedupFactor: Int = 1, compressFactor: Int = 1) {
        turn(
            to: KnownContent(
                size: size, fill: fill, seed: seed, index: index, dedupFactor: dedupFactor, compressFactor: compressFactor))
        make(Int(min(size, Int64(bodyChunk))))
        isFirst = true
    }

    /// Turns to the part of an object that begins at `offset`, a multiple of a block; `next` makes its bytes.
    func begin(_ content: KnownContent, from offset: Int64) {
        turn(to: content)
        made = offset
        isFirst = false
    }

    private func turn(to content: KnownContent) {
        fill = content.fill
        period = Repetition.ownBlocks(size: content.size, factor: content.dedupFactor) ?? 0
        seed = Self.seed(of: content)
        kept = Self.kept(of: content.size, content.compressFactor)
        made = 0
    }

    /// What the words of an object follow from.
    static func seed(of content: KnownContent) -> UInt64 {
        let isRepeating = Repetition.ownBlocks(size: content.size, factor: content.dedupFactor) != nil
        let number = isRepeating ? content.index : Repetition.group(of: content.index, factor: content.dedupFactor)
        return Random.mix(content.seed, number)
    }

    /// The word `number`, from 0, of an object with that seed.
    @inline(__always)
    static func word(_ seed: UInt64, _ number: UInt64) -> UInt64 { Random.fold(seed &+ (number + 1) &* step) }

    package func next(_ count: Int) -> UnsafeRawBufferPointer {
        precondition(count <= bodyChunk, "a body gives at most bodyChunk bytes at once")
        if !isFirst { make(count) }
        isFirst = false
        made += Int64(count)
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    /// Random bytes of a block, less what zstd itself takes: about two bytes a block and eighteen an object.
    static func kept(of size: Int64, _ factor: Int) -> Int {
        guard factor > 1 else { return block }
        let blocks = max(1, (Int(size) + block - 1) / block)
        return max(1, min(block, Int(size)) / factor - 2 - 18 / blocks)
    }

    private func make(_ count: Int) {
        guard count > 0, let start = buffer.baseAddress else { return }
        switch fill {
        case .zero: start.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        case .random, .prand:
            let words = start.assumingMemoryBound(to: UInt64.self)
            if period > 0 { makeRepeating(words, count) } else { makeRandom(words, (count + 7) / 8, from: UInt64(made / 8)) }
            if kept < Self.block { flatten(start, count) }
        }
    }

    @inline(__always)
    private func makeRandom(_ words: UnsafeMutablePointer<UInt64>, _ count: Int, from first: UInt64) {
        var counter = seed &+ first &* Self.step
        for place in 0..<count {
            counter &+= Self.step
            words[place] = Random.fold(counter)
        }
    }

    /// Block after block of the period; chunks begin at a multiple of a block.
    private func makeRepeating(_ words: UnsafeMutablePointer<UInt64>, _ count: Int) {
        var block = Int(made) / Self.block
        for begin in stride(from: 0, to: (count + 7) / 8, by: Self.blockWords) {
            let length = min(Self.blockWords, (count + 7) / 8 - begin)
            makeRandom(words + begin, length, from: UInt64(block % period * Self.blockWords))
            block += 1
        }
    }

    /// Leaves the first part of each block random and makes the rest zero.
    private func flatten(_ start: UnsafeMutableRawPointer, _ count: Int) {
        for block in stride(from: 0, to: count, by: Self.block) {
            let zeros = min(Self.block, count - block) - kept
            if zeros > 0 { (start + block + kept).initializeMemory(as: UInt8.self, repeating: 0, count: zeros) }
        }
    }
}
