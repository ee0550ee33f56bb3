import CLinux
import Glibc
import Vocabulary

/// Sends a file to whoever knows a token; one thread, 16 connections at a time, and none that keeps it waiting for 5 s.
struct FeedServer {
    static let longestToken = 128
    private static let most = 16
    private static let patience = Duration.seconds(5)
    private static let idleLimit = Duration.seconds(15)

    private let token: [UInt8]
    private let file: Int32
    private let size: Int64
    private let listener: Int32
    private var connections: [Connection] = []
    private var lastAsked = SystemClock.now

    /// `file` of so many bytes and `listener` (non-blocking) are open from here on to the process's end.
    init(token: [UInt8], file: Int32, size: Int64, listener: Int32) {
        self.token = token
        self.file = file
        self.size = size
        self.listener = listener
    }

    /// Returns when `input` has ended, or nobody has asked for a while.
    mutating func serve(until input: Int32) {
        while true {
            var polled = [
                pollfd(fd: input, events: Int16(POLLIN), revents: 0),
                pollfd(fd: connections.count < Self.most ? listener : -1, events: Int16(POLLIN), revents: 0),
            ]
            polled += connections.map(\.wish)
            if poll(&polled, nfds_t(polled.count), 1000) < 0, errno != EINTR { return }
            if polled[0].revents != 0, hasEnded(input) { return }
            move()
            if polled[1].revents != 0 { accept() }
            if !connections.isEmpty { lastAsked = SystemClock.now }
            if SystemClock.now - lastAsked > Self.idleLimit { return }
        }
    }

    /// Nothing that comes on it after the token has a meaning.
    private func hasEnded(_ input: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(input, &bytes, bytes.count)
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
    }

    private mutating func accept() {
        let socket = Glibc.accept(listener, nil, nil)
        guard socket >= 0 else { return }
        _ = muster_set_cloexec(socket)
        _ = muster_set_nonblocking(socket)
        connections.append(Connection(socket: socket))
    }

    private mutating func move() {
        let now = SystemClock.now
        for index in connections.indices.reversed() {
            let goesOn = connections[index].move(token, file, size, at: now)
            if goesOn, now - connections[index].lastMoved < Self.patience { continue }
            close(connections.remove(at: index).socket)
        }
    }

    /// Somebody who asks, and is then sent the file.
    private struct Connection {
        let socket: Int32
        var lastMoved = SystemClock.now
        private var asked: [UInt8] = []
        private var isTrusted = false
        private var offset: Int64 = 0

        init(socket: Int32) { self.socket = socket }

        var wish: pollfd { pollfd(fd: socket, events: Int16(isTrusted ? POLLOUT : POLLIN), revents: 0) }

        /// Does what can be done at once; false where the connection is over.
        mutating func move(_ token: [UInt8], _ file: Int32, _ size: Int64, at now: Moment) -> Bool {
            let goesOn = isTrusted || hear(token, at: now)
            return goesOn && (!isTrusted || send(file, size, at: now))
        }

        private mutating func hear(_ token: [UInt8], at now: Moment) -> Bool {
            var bytes = [UInt8](repeating: 0, count: FeedServer.longestToken + 1)
            let count = read(socket, &bytes, bytes.count)
            guard count > 0 else { return count < 0 && isTemporary(errno) }
            asked += bytes[..<count]
            lastMoved = now
            guard let end = asked.firstIndex(of: UInt8(ascii: "\n")) else { return asked.count <= FeedServer.longestToken }
            isTrusted = isEqual(Array(asked[..<end]), token)
            return isTrusted
        }

        private mutating func send(_ file: Int32, _ size: Int64, at now: Moment) -> Bool {
            // The others' turn comes after so much.
            let end = min(size, offset + (4 << 20))
            while offset < end {
                let count = muster_send_file(socket, file, &offset, Int(end - offset))
                guard count > 0 else { return count < 0 && isTemporary(errno) }
                lastMoved = now
            }
            return offset < size
        }

        private func isTemporary(_ error: Int32) -> Bool { error == EAGAIN || error == EINTR }

        /// In the same time whatever differs.
        private func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
            a.count == b.count && zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
        }
    }
}
