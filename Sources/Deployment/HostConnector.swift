import Plans

/// Comes to the hosts of a plan; a protocol because tests have hosts of their own.
package protocol HostConnector: Sendable {
    /// Throws where agents are started by hand and nothing of ours is done there.
    func connect(to reach: Reach) async throws -> any Host
}
