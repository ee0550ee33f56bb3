/// A part of an object.
package struct ByteRange: Sendable, Hashable {
    package var offset: Int64
    /// At least 1.
    package var length: Int64

    package init(offset: Int64, length: Int64) {
        precondition(offset >= 0 && length >= 1, "a part begins within its object and has a byte")
        self.offset = offset
        self.length = length
    }

    /// How much of it an object of `size` has.
    package func length(within size: Int64) -> Int64 { max(0, min(length, size - offset)) }

    /// As HTTP asks for it (RFC 9110 §14.1.2).
    var header: String { "bytes=\(offset)-\(offset + length - 1)" }
}

extension HTTPResponse {
    /// The bytes that were received of what was asked for.
    func received(of range: ByteRange?) throws(HTTPFailure) -> Int64 {
        // Some servers answer with the part and the status of the whole.
        guard let range, status != 206, header("content-range") == nil else { return received }
        // Whole is right where the part is all of it.
        guard range.offset == 0, received <= range.length else {
            throw HTTPFailure(
                kind: .integrity, why: "the server answered \(status) and \(received) bytes to a request for a part of the object")
        }
        return received
    }
}
