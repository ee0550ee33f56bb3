import Plans
import Storage
import Vocabulary

/// `range` and `offsets` of a GET: which part of an object is next. Belongs to one worker.
struct RangeChoice {
    let length: Int64
    let offsets: PartialRead.Offsets
    /// Sequential: the object that is being read, and where its next part begins.
    private(set) var current: (object: ReadObject, size: Int64, next: Int64)?

    init(_ read: PartialRead) {
        length = max(1, read.length.bytes)
        offsets = read.offsets
    }

    /// The object that is to be read on; nil where another is to be chosen.
    var unfinished: ReadObject? { current.flatMap { $0.next < $0.size ? $0.object : nil } }

    /// The next part of an object of `size`; nil of an empty one, which is read whole.
    mutating func next(of object: ReadObject, size: Int64, _ random: inout Random) -> ByteRange? {
        guard size > 0 else { return nil }
        switch offsets {
        case .start: return ByteRange(offset: 0, length: length)
        case .random:
            let parts = (size + length - 1) / length
            return ByteRange(offset: Int64(random.below(UInt64(parts))) * length, length: length)
        case .sequential:
            let begin = unfinished == nil ? 0 : current?.next ?? 0
            current = (object, size, begin + length)
            return ByteRange(offset: begin, length: length)
        }
    }
}

/// The object that a GET was drawn.
enum ReadObject {
    /// The number in its pool.
    case pooled(Int)
    /// What a put of this worker made: the put's place in the mix, and the name's number.
    case fresh(maker: Int, number: UInt64)
}
