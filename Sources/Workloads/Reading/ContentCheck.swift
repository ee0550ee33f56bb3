import Glibc
import Storage

/// Compares what is read of an object with what was written; belongs to one thread.
final class ContentCheck {
    /// Where what was read is first another than what was written.
    struct Difference {
        /// The byte's place in the object.
        var place: Int64
        /// The eight bytes around it that begin at a multiple of eight; nil where they did not come together.
        var word: (place: Int64, bytes: UInt64)?
    }

    private let source = DataSource()
    private var expected = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Bytes of the object up to which the source has made them, and up to which it is compared.
    private var made: Int64 = 0
    private var end: Int64 = 0
    private var place: Int64 = 0
    private(set) var difference: Difference?

    /// Turns to an object, or to a part of it.
    func begin(_ content: KnownContent, _ range: ByteRange?) {
        place = range?.offset ?? 0
        end = min(content.size, range.map { $0.offset + $0.length } ?? .max)
        made = place / Int64(DataSource.block) * Int64(DataSource.block)
        source.begin(content, from: made)
        expected = UnsafeRawBufferPointer(start: nil, count: 0)
        difference = nil
    }

    /// The next bytes that were read; what goes beyond the object is passed over.
    func take(_ part: UnsafeRawBufferPointer) {
        var rest = part
        while difference == nil, !rest.isEmpty {
            if expected.isEmpty { makeMore() }
            let count = min(rest.count, expected.count)
            guard count > 0, let found = rest.baseAddress, let wanted = expected.baseAddress else { return }
            if memcmp(found, wanted, count) != 0 { return note(UnsafeRawBufferPointer(rebasing: rest[..<count])) }
            place += Int64(count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            expected = UnsafeRawBufferPointer(rebasing: expected[count...])
        }
    }

    private func makeMore() {
        let count = Int(min(Int64(bodyChunk), end - made))
        guard count > 0 else { return }
        let bytes = source.next(count)
        expected = UnsafeRawBufferPointer(rebasing: bytes[Int(max(0, place - made))...])
        made += Int64(count)
    }

    private func note(_ found: UnsafeRawBufferPointer) {
        let first = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
        let different = place + Int64(first)
        let word = different / 8 * 8
        let offset = Int(word - place)
        let isWhole = offset >= 0 && offset + 8 <= found.count
        difference = Difference(
            place: different, word: isWhole ? (word, found.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) : nil)
    }
}
