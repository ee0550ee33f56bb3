import Link
import Synchronization

/// The first reason for which a connection ended: what followed from it is no news.
final class Ending: Sendable {
    private let first = Mutex<LinkError?>(nil)
    var reason: LinkError? { first.withLock { $0 } }

    func note(_ reason: LinkError) {
        first.withLock { first in if first == nil { first = reason } }
    }
}

/// A carrier that is lent, with what ends it.
struct Connection {
    let stream: CarrierStream
    let ending: Ending

    /// Ends the connection for this reason, from any task.
    var end: @Sendable (LinkError) -> Void {
        { [abort = stream.abort, ending] reason in
            ending.note(reason)
            abort()
        }
    }

    /// The next frame; throws why there is none.
    func read() async throws(LinkError) -> ReceivedFrame {
        do {
            if let frame = try await stream.read() { return frame }
        } catch {
            ending.note(LinkError(from: error))
        }
        ending.note(.disconnected)
        throw ending.reason ?? .disconnected
    }

    func write(_ packet: Packet) async throws { try await stream.write([packet.encoded()]) }

    /// Runs `body` in the calling task; should `deadline` pass before it is over, the connection ends.
    func within<T>(_ deadline: Duration, _ body: () async throws -> T) async throws -> T {
        let end = end
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Task.sleep(for: deadline)
                end(.noGreeting(deadline))
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
