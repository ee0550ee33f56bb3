/// Cuts a stream of bytes into frames: four bytes of length, big-endian, then so many bytes.
///
/// It never holds more than one frame and what came with its end.
package struct FrameReader: Sendable {
    /// Longest frame; a longer one is refused when its length is read, before anything is set aside for it.
    package static let byteLimit = 4 << 20
    package static let headerLength = 4

    private var buffer: [UInt8] = []
    private var start = 0

    package init() {}

    package mutating func append(_ bytes: some Collection<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame; nil: more bytes are needed.
    package mutating func next() throws(LinkError) -> [UInt8]? {
        guard buffer.count - start >= Self.headerLength else { return nil }
        let length = try Self.length(header: buffer[start..<start + Self.headerLength])
        let end = start + Self.headerLength + length
        guard buffer.count >= end else { return nil }
        let frame = Array(buffer[start + Self.headerLength..<end])
        start = end
        return frame
    }

    /// What a frame's first four bytes announce.
    package static func length(header: some Collection<UInt8>) throws(LinkError) -> Int {
        let length = header.prefix(headerLength).reduce(0) { $0 << 8 | Int($1) }
        guard length <= byteLimit else { throw .frameTooLong(bytes: length) }
        return length
    }

    /// The four bytes that stand before a frame of `count` bytes.
    package static func header(count: Int) -> [UInt8] {
        precondition(count <= byteLimit, "a frame of \(count) bytes is over the limit")
        return [UInt8(truncatingIfNeeded: count >> 24), UInt8(truncatingIfNeeded: count >> 16), UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
    }
}
