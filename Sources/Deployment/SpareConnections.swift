import SSH
import Vocabulary

/// Further connections to a host whose first one has no room for another command.
///
/// They are made when they are needed, used again, and closed with the host.
actor SpareConnections {
    /// A run has a relay, a look and a collection at a time.
    private static let most = 4

    private let client: SSHClient
    private let target: SSHTarget
    private var connections: [SSHConnection] = []

    init(client: SSHClient, target: SSHTarget) {
        self.client = client
        self.target = target
    }

    /// Does `body` on the first that has room.
    func use<T: Sendable>(_ body: @Sendable (SSHConnection) async throws(SSHError) -> T) async throws(SSHError) -> T {
        connections.removeAll(where: \.isClosed)
        for connection in connections {
            do throws(SSHError) { return try await body(connection) } catch .channelRefused {}
        }
        guard connections.count < Self.most else {
            throw .channelRefused(place: target.place, what: "a channel for a command", why: "\(Self.most) connections are busy")
        }
        let connection = try await client.connect(to: target)
        connections.append(connection)
        return try await body(connection)
    }

    func close() async {
        for connection in connections { await connection.close() }
        connections = []
    }
}
