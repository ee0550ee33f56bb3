import Synchronization

/// The last bytes of what a command wrote to its standard error.
package final class ErrorTail: Sendable {
    /// Bytes kept: the end of an error output is where the reason stands.
    package static let limit = 4 << 10
    private let kept = Mutex<[UInt8]>([])

    package init() {}

    /// What is kept now.
    package var bytes: [UInt8] { kept.withLock { Array($0.suffix(Self.limit)) } }
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    func append(_ bytes: UnsafeRawBufferPointer) {
        kept.withLock { kept in
            kept.append(contentsOf: bytes)
            if kept.count > 4 * Self.limit { kept.removeFirst(kept.count - Self.limit) }
        }
    }
}
