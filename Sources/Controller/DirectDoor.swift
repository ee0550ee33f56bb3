import Carriers
import Link
import Plans
import Synchronization
import Vocabulary

/// The controller's one port for all agents that dial back.
package struct DirectDoor: Sendable {
    let reception: Reception<Order, Report>
    let doorway: Listener
    let port: Int
    /// What agents are told instead of the address from which they were reached.
    let advertisedHost: String?
    let advertisedPort: Int?
    private let refusals: Refusals

    /// Who hears of refusals: nobody before the run has begun.
    private final class Refusals: Sendable {
        let told = Mutex<(@Sendable (String) -> Void)?>(nil)
    }

    /// `tell` is called with each connection that is refused, in words: `from …: …`.
    func tellRefusals(_ tell: @escaping @Sendable (String) -> Void) { refusals.told.withLock { $0 = tell } }

    /// Listens on every address: at the port that agents know already, at the advertised one, or at one of the system's choice.
    package static func open(for deployment: DeploymentPlan, port known: Int? = nil) async throws -> DirectDoor {
        let (host, advertisedPort) = split(deployment.advertise)
        let refusals = Refusals()
        let reception = Reception<Order, Report> { refusal in
            let tell = refusals.told.withLock { $0 }
            tell?("from \(refusal.peer) was refused: \(refusal.why)")
        }
        let doorway = try await Listener.bind(.tcp(host: "0.0.0.0", port: known ?? advertisedPort ?? 0, .keys { reception.key($0) }))
        guard let port = doorway.port else { preconditionFailure("a TCP listener has a port") }
        return DirectDoor(
            reception: reception, doorway: doorway, port: port, advertisedHost: host, advertisedPort: advertisedPort, refusals: refusals)
    }

    /// `host[:port]`; a port is only what follows a single colon, so that IPv6 addresses stay whole.
    static func split(_ advertise: String?) -> (host: String?, port: Int?) {
        guard let advertise else { return (nil, nil) }
        let parts = advertise.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = Int(parts[1]) else { return (advertise, nil) }
        return (String(parts[0]), port)
    }
}
