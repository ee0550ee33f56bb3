import Glibc
import TestKit

/// A TCP port of this machine that nobody can connect to and that refuses nobody: its queue of connections is full.
final class DeafHost: Sendable {
    let port: Int
    private let descriptors: [Int32]

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = try boundPort(listener)
        listen(listener, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        // One is let in, and a queue of none has room for one.
        descriptors =
            [listener]
            + (0..<4).map { _ in
                let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                withUnsafePointer(to: &address) { pointer in
                    _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(filler, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                return filler
            }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
