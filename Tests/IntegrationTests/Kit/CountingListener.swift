import Foundation
import Glibc
import TestKit

/// A TCP port of this machine that accepts connections (the kernel does), says nothing, and knows how many came.
final class CountingListener {
    let port: Int
    private let descriptor: Int32
    private var accepted: [Int32] = []

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        port = try boundPort(descriptor)
        guard listen(descriptor, 64) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit { for open in accepted + [descriptor] { close(open) } }

    /// Connections that came so far; they stay open.
    var connections: Int {
        while true {
            let caller = accept(descriptor, nil, nil)
            guard caller >= 0 else { return accepted.count }
            accepted.append(caller)
        }
    }
}
