import CLinux
import Glibc

/// A channel joined to one end of a socket pair, whose other end the caller has: both directions, each with its own end,
/// and no more than a buffer's worth held here.
///
/// `@unchecked`: its fields are touched on the loop's thread only; the answer is its way to the caller.
final class SocketBridge: Endpoint, Watched, @unchecked Sendable {
    /// Given the caller's end once the channel is open.
    let answer = Answer<Int32>()
    private static let chunk = 64 << 10

    private let loop: SSHLoop
    private let place: String
    private let errors: ErrorTail?
    private var descriptor: Int32 = -1
    private var tag: UInt64 = 0
    private weak var channel: Channel?
    /// What the caller's end would not take yet.
    private var leftover: ArraySlice<UInt8> = []
    private var isOutputOver = false
    private(set) var isDeserted = false

    init(loop: SSHLoop, place: String, errors: ErrorTail?) {
        self.loop = loop
        self.place = place
        self.errors = errors
    }

    var room: Int { leftover.isEmpty ? Self.chunk : 0 }

    func started(_ channel: Channel) {
        self.channel = channel
        var ends: [Int32] = [-1, -1]
        guard muster_socketpair(&ends) == 0 else {
            return channel.abandon(.local(place: place, why: "no socket pair: \(errorText(errno))"))
        }
        descriptor = ends[0]
        _ = muster_set_nonblocking(descriptor)
        guard let tag = loop.watch(descriptor, self) else {
            let why = errorText(errno)
            Glibc.close(ends[0])
            Glibc.close(ends[1])
            descriptor = -1
            return channel.abandon(.local(place: place, why: "cannot watch a socket: \(why)"))
        }
        self.tag = tag
        if !answer.give(.success(ends[1])) {
            Glibc.close(ends[1])
            isDeserted = true
        }
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
        let sent = send(bytes)
        if sent < bytes.count && !isDeserted { leftover = Array(bytes[sent...])[...] }
    }

    func takeErrors(_ bytes: UnsafeRawBufferPointer) { errors?.append(bytes) }

    func outputEnded() {
        isOutputOver = true
        endOutputIfSent()
    }

    func supply() -> Supply {
        guard descriptor >= 0 else { return .end }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, initialized in
            count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            initialized = max(0, count)
        }
        if count > 0 { return .bytes(bytes) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .end
    }

    /// Nothing is left over here: an end is only seen with room for more.
    func ended(_ exit: CommandExit?) { finish() }

    func failed(_ error: SSHError) {
        answer.give(.failure(error))
        finish()
    }

    func ready(_ events: UInt32) {
        if muster_event_hung_up(events) != 0 { isDeserted = true }
        if !leftover.isEmpty {
            let sent = leftover.withUnsafeBytes { send($0) }
            leftover = isDeserted ? [] : leftover.dropFirst(sent)
            endOutputIfSent()
        }
        channel?.session.pump()
    }

    func goOn() {}

    /// Bytes that the caller's end took. Where it is closed, the rest is nobody's any more.
    private func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard descriptor >= 0, !isDeserted else { return bytes.count }
        var sent = 0
        while sent < bytes.count {
            let count = Glibc.send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                isDeserted = true
                break
            }
        }
        return sent
    }

    private func endOutputIfSent() {
        if isOutputOver && leftover.isEmpty && descriptor >= 0 { shutdown(descriptor, Int32(SHUT_WR)) }
    }

    private func finish() {
        guard descriptor >= 0 else { return }
        loop.unwatch(descriptor, tag)
        Glibc.close(descriptor)
        descriptor = -1
    }
}

/// The system's words for an error number.
func errorText(_ number: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        strerror_r(number, buffer.baseAddress!, buffer.count) == 0 ? String(cString: buffer.baseAddress!) : "error \(number)"
    }
}
