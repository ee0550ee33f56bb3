import Storage

/// Bytes that count up, so that a test can tell where they belong.
final class Body: ObjectBody {
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bodyChunk, alignment: 16)
    private var made = 0

    deinit { buffer.deallocate() }

    func next(_ count: Int) -> UnsafeRawBufferPointer {
        for place in 0..<count { buffer[place] = UInt8(truncatingIfNeeded: made + place) }
        made += count
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }
}
