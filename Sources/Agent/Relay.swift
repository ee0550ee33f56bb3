import CLinux
import Glibc

/// Joins standard input and output to the agent's unix socket: the tunnel's way in where sshd allows no streamlocal forwarding.
///
/// It copies bytes both ways until both directions have ended, and holds at most 128 KiB each way.
package enum Relay {
    /// Connects to `link.sock` in `directory` (by a relative path: a socket's path has at most 107 bytes) and copies until the end.
    ///
    /// - Returns: 0, or an errno value that says why the socket could not be reached.
    package static func run(directory: String) -> Int32 {
        muster_ignore_sigpipe()
        guard chdir(directory) == 0 else { return errno }
        let socket = muster_connect_unix("link.sock")
        guard socket >= 0 else { return errno }
        defer { close(socket) }
        var inward = Flow(from: STDIN_FILENO, to: socket)
        var outward = Flow(from: socket, to: STDOUT_FILENO)
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, socket] { _ = muster_set_nonblocking(descriptor) }
        while !outward.hasEnded {
            var polled = [inward.wish(), outward.wish()].compactMap { $0 }
            guard !polled.isEmpty else { break }
            if poll(&polled, nfds_t(polled.count), -1) < 0, errno != EINTR { return errno }
            inward.move()
            outward.move()
        }
        return 0
    }
}

/// One direction of a relay: what was read and not yet written.
private struct Flow {
    let from: Int32
    let to: Int32
    private var buffer: [UInt8] = []
    private var sourceEnded = false
    private(set) var hasEnded = false
    private let capacity = 128 << 10

    init(from: Int32, to: Int32) {
        self.from = from
        self.to = to
    }

    /// What to wait for: room to write while something is held, else something to read.
    func wish() -> pollfd? {
        if hasEnded { return nil }
        if !buffer.isEmpty { return pollfd(fd: to, events: Int16(POLLOUT), revents: 0) }
        return sourceEnded ? nil : pollfd(fd: from, events: Int16(POLLIN), revents: 0)
    }

    mutating func move() {
        guard !hasEnded else { return }
        if !sourceEnded, buffer.count < capacity { fill() }
        if !buffer.isEmpty { drain() }
        if sourceEnded, buffer.isEmpty {
            hasEnded = true
            shutdown(to, Int32(SHUT_WR))
        }
    }

    private mutating func fill() {
        var chunk = [UInt8](repeating: 0, count: capacity - buffer.count)
        let count = read(from, &chunk, chunk.count)
        if count > 0 {
            buffer.append(contentsOf: chunk[..<count])
        } else if count == 0 || !isTemporary(errno) {
            sourceEnded = true
        }
    }

    private mutating func drain() {
        let count = write(to, buffer, buffer.count)
        if count > 0 {
            buffer.removeFirst(count)
        } else if count < 0, !isTemporary(errno) {
            buffer = []
            sourceEnded = true
        }
    }

    private func isTemporary(_ error: Int32) -> Bool { error == EAGAIN || error == EINTR }
}
