import Foundation
import Glibc
import TestKit

/// A TCP port of this machine that accepts connections (the kernel does), says nothing but a greeting, and knows how many came.
final class CountingListener {
    let port: Int
    private let descriptor: Int32
    private var accepted: [Int32] = []

    init(greeting: String? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        port = try boundPort(descriptor)
        guard listen(descriptor, 64) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        guard let greeting else { return }
        let listening = dup(descriptor)
        Thread.detachNewThread {
            // Ends when nobody listens any more.
            var entry = pollfd(fd: listening, events: Int16(POLLIN), revents: 0)
            while poll(&entry, 1, -1) > 0, entry.revents & Int16(POLLIN) != 0 {
                let caller = accept(listening, nil, nil)
                // It stays open for as long as the test's process lives.
                if caller >= 0 { _ = Array(greeting.utf8).withUnsafeBytes { send(caller, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } }
            }
            close(listening)
        }
    }

    /// Nobody is listened to any more.
    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

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
