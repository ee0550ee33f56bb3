import CLinux
import Glibc
import Vocabulary

/// The attempt to reach one of a host's addresses over TCP, one after another.
///
/// Each gets its share of the time that is left, so that an address that is silent does not use up the time of those after it.
struct Dialing {
    enum Step {
        /// A socket that is connecting, and until when.
        case wait(Int32, until: Moment)
        case failed(SSHError)
    }

    private let place: String
    private var addresses: ArraySlice<SocketAddress>
    private var lastFailure: SSHError

    init(place: String, addresses: [SocketAddress]) {
        self.place = place
        self.addresses = addresses[...]
        lastFailure = .unreachable(place: place, why: "it has no address")
    }

    /// Goes on to the next address; `why` is what became of the last one, nil at the beginning.
    mutating func next(after why: SSHError?, now: Moment, deadline: Moment) -> Step {
        if let why { lastFailure = why }
        while let address = addresses.popFirst() {
            let share = (deadline - now) / (addresses.count + 1)
            switch Self.begin(address) {
            case .success(let descriptor): return .wait(descriptor, until: addresses.isEmpty ? deadline : now + share)
            case .failure(let problem): lastFailure = failure(problem.number)
            }
        }
        return .failed(lastFailure)
    }

    /// What an error number of `connect` means.
    func failure(_ number: Int32) -> SSHError {
        switch number {
        case ECONNREFUSED: .refused(place: place)
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: .local(place: place, why: errorText(number))
        default: .unreachable(place: place, why: errorText(number))
        }
    }

    private struct Problem: Error {
        let number: Int32
    }

    private static func begin(_ address: SocketAddress) -> Result<Int32, Problem> {
        let descriptor = muster_tcp_socket(address.family)
        guard descriptor >= 0 else { return .failure(Problem(number: errno)) }
        // A login is seven small questions and answers: each would wait for a delayed acknowledgement (78 instead of 35 ms).
        _ = muster_set_nodelay(descriptor)
        let status = address.bytes.withUnsafeBytes { bytes in
            connect(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        if status == 0 || errno == EINPROGRESS { return .success(descriptor) }
        let problem = Problem(number: errno)
        close(descriptor)
        return .failure(problem)
    }
}
