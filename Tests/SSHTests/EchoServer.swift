import Foundation
import Synchronization

/// A unix socket that sends back whatever comes, until its caller ends.
final class EchoServer: Sendable {
    let path: String
    private let listener: Int32
    private let open = Mutex(0)

    init(at path: String) throws {
        self.path = path
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard status == 0, listen(listener, 64) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let server = self
        Thread.detachNewThread {
            while true {
                let caller = accept(listener, nil, nil)
                guard caller >= 0 else { return }
                server.open.withLock { $0 += 1 }
                Thread.detachNewThread { server.echo(caller) }
            }
        }
    }

    var callers: Int { open.withLock { $0 } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func echo(_ caller: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(caller, &buffer, buffer.count, 0)
            guard count > 0, sendAll(buffer[..<count], to: caller) else { break }
        }
        close(caller)
        open.withLock { $0 -= 1 }
    }
}

/// Sends `bytes` and, at once, receives until the other side ends; closes the descriptor. On threads of its own, because it blocks.
func exchange(_ bytes: [UInt8], over descriptor: Int32, endsInput: Bool = true) async -> [UInt8] {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            _ = sendAll(bytes[...], to: descriptor)
            if endsInput { shutdown(descriptor, Int32(SHUT_WR)) }
        }
        Thread.detachNewThread {
            var received: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                received += buffer[..<count]
            }
            close(descriptor)
            continuation.resume(returning: received)
        }
    }
}

private func sendAll(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
    }
    return true
}
