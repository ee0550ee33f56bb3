import CLinux
import Glibc
import Vocabulary

/// The attempt to reach one of a host's addresses over TCP (RFC 8305): the next address is tried as soon as one has failed or has
/// been silent for a quarter of a second, and the first to answer wins.
///
/// Touched on its loop's thread only.
final class Dialing {
    /// How long an address is waited for before the next is tried beside it.
    private static let stagger = Duration.milliseconds(250)

    private let loop: SSHLoop
    private let place: String
    private let connected: (Result<Int32, SSHError>) -> Void
    private var addresses: ArraySlice<SocketAddress>
    private var attempts: [DialAttempt] = []
    private var failure: SSHError?
    /// When the next address has its turn; nil where there is none left.
    private(set) var nextLimit: Moment?

    /// `connected` is called once, with a connected socket that nobody watches any more; not after `cancel`.
    init(loop: SSHLoop, place: String, addresses: [SocketAddress], connected: @escaping (Result<Int32, SSHError>) -> Void) {
        self.loop = loop
        self.place = place
        self.addresses = Self.alternating(addresses)[...]
        self.connected = connected
    }

    func begin() { tryNext() }

    func checkTime(_ now: Moment) {
        if let nextLimit, now >= nextLimit { tryNext() }
    }

    func cancel() {
        addresses = []
        nextLimit = nil
        for attempt in attempts { attempt.close() }
        attempts = []
    }

    /// The attempt has an answer; `number` is what `connect` came to, 0 where it is connected.
    fileprivate func settled(_ attempt: DialAttempt, _ number: Int32) {
        attempts.removeAll { $0 === attempt }
        guard number != 0 else {
            let socket = attempt.release()
            cancel()
            return connected(.success(socket))
        }
        attempt.close()
        note(number)
        tryNext()
    }

    private func tryNext() {
        while let address = addresses.popFirst() {
            switch DialAttempt.begin(address, self, on: loop) {
            case .failure(let problem): note(problem.number)
            case .success(let attempt):
                attempts.append(attempt)
                nextLimit = addresses.isEmpty ? nil : SystemClock.now + Self.stagger
                if let nextLimit { loop.tick(at: nextLimit) }
                return
            }
        }
        nextLimit = nil
        if attempts.isEmpty { connected(.failure(failure ?? .unreachable(place: place, why: "it has no address"))) }
    }

    /// That one address refuses says more than that another cannot be routed to.
    private func note(_ number: Int32) {
        if case .refused = failure { return }
        failure =
            switch number {
            case ECONNREFUSED: .refused(place: place)
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: .local(place: place, why: errorText(number))
            default: .unreachable(place: place, why: errorText(number))
            }
    }

    /// The families by turns, each in the resolver's order, the first of all first.
    private static func alternating(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first else { return [] }
        let (same, other) = (addresses.filter { $0.family == first.family }, addresses.filter { $0.family != first.family })
        let pairs = zip(same, other).flatMap { [$0, $1] }
        return pairs + same.dropFirst(other.count) + other.dropFirst(same.count)
    }
}

/// A socket that is connecting to one address.
private final class DialAttempt: Watched {
    struct Problem: Error {
        let number: Int32
    }

    private unowned let dialing: Dialing
    private let loop: SSHLoop
    private var descriptor: Int32
    private var tag: UInt64 = 0

    private init(_ descriptor: Int32, _ dialing: Dialing, _ loop: SSHLoop) {
        self.descriptor = descriptor
        self.dialing = dialing
        self.loop = loop
    }

    static func begin(_ address: SocketAddress, _ dialing: Dialing, on loop: SSHLoop) -> Result<DialAttempt, Problem> {
        let descriptor = muster_tcp_socket(address.family)
        guard descriptor >= 0 else { return .failure(Problem(number: errno)) }
        // A login is seven small questions and answers: each would wait for a delayed acknowledgement (78 instead of 35 ms).
        _ = muster_set_nodelay(descriptor)
        let status = address.bytes.withUnsafeBytes { bytes in
            connect(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        let attempt = DialAttempt(descriptor, dialing, loop)
        guard status == 0 || errno == EINPROGRESS, let tag = loop.watch(descriptor, attempt) else {
            let problem = Problem(number: errno)
            Glibc.close(descriptor)
            return .failure(problem)
        }
        attempt.tag = tag
        return .success(attempt)
    }

    func ready(_ events: UInt32) {
        guard descriptor >= 0, muster_event_writable(events) != 0 else { return }
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length)
        dialing.settled(self, number)
    }

    func goOn() {}

    /// The socket, which is from now on somebody else's.
    func release() -> Int32 {
        loop.unwatch(descriptor, tag)
        defer { descriptor = -1 }
        return descriptor
    }

    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(release())
    }
}
