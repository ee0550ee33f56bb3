import Plans
import SSH
import Vocabulary

/// Comes to this machine and to hosts behind SSH.
package struct FleetConnector: HostConnector {
    private let client: SSHClient
    private let directions: Directions

    /// `directions` are asked once a host, so that a run has one of them.
    package init(client: SSHClient, directions: Directions = Directions()) {
        self.client = client
        self.directions = directions
    }

    package func connect(to reach: Reach) async throws -> any Host {
        switch reach {
        case .local: LocalHost()
        case .ssh(let destination): try await SSHHost(destination, client: client, directions: directions)
        case .listen(let host, let port):
            throw DeploymentError.unreachable(
                host: host, what: "cannot run commands there", why: "the agent at port \(port) was started by hand",
                fix: "give the playbook an ssh section, or end it there yourself")
        }
    }
}
