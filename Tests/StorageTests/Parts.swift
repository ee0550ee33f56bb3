import Storage
import Testing

/// Expects that parts of an object whose bytes count up are what they should be.
func expectParts(_ target: any StorageTarget, _ uri: ObjectURI, size: Int64) throws {
    for (offset, length) in [(0, 1), (0, size), (size / 2, size), (size - 1, 5)] as [(Int64, Int64)] {
        let range = ByteRange(offset: offset, length: length)
        let wanted = min(length, size - offset)
        #expect(try target.get(uri, range) == wanted)
        var first: UInt8?
        let read = try target.read(uri, range) { bytes in
            first = first ?? bytes.first
            return true
        }
        #expect(read == wanted)
        #expect(first.map { $0 & 0x7f } == UInt8(truncatingIfNeeded: offset) & 0x7f)
    }
}
