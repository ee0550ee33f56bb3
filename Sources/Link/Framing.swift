/// How frames stand in a stream of bytes: four bytes of length, big-endian, then so many bytes.
package enum Framing {
    /// Longest frame; a longer one is refused when its length is read, before anything is set aside for it.
    package static let byteLimit = 4 << 20
    /// Longest first frame: a greeting, from somebody who has proved nothing yet.
    package static let greetingLimit = 8 << 10

    /// What a frame's header announces.
    package static func length(header: UInt32, isFirst: Bool) throws(LinkError) -> Int {
        let length = Int(header)
        guard length <= (isFirst ? greetingLimit : byteLimit) else { throw .frameTooLong(bytes: length) }
        return length
    }

    /// The header of a frame of `count` bytes.
    package static func header(count: Int) -> UInt32 {
        precondition((0...byteLimit).contains(count), "a frame of \(count) bytes is over the limit")
        return UInt32(count)
    }
}
