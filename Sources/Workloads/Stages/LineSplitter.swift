/// Cuts a stream of bytes into lines of bounded length.
struct LineSplitter {
    static let limit = 65_536

    private var pending: [UInt8] = []

    mutating func add(_ bytes: ArraySlice<UInt8>, _ onLine: (String) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                flush(onLine)
            } else {
                pending.append(byte)
                if pending.count == Self.limit { flush(onLine) }
            }
        }
    }

    /// Passes on a last line that has no end.
    mutating func finish(_ onLine: (String) -> Void) { if !pending.isEmpty { flush(onLine) } }

    private mutating func flush(_ onLine: (String) -> Void) {
        if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
        onLine(String(decoding: pending, as: UTF8.self))
        pending.removeAll(keepingCapacity: true)
    }
}
