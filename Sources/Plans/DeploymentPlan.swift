import Vocabulary

/// How agents come to their hosts and how they talk back.
package struct DeploymentPlan: Codable, Sendable, Equatable {
    package enum ReturnChannel: String, Codable, Sendable {
        /// Inside the ssh session, to a unix socket in the agent's run directory.
        case tunnel
        /// The agent dials the controller's advertised address, TLS with a key made for this run.
        case direct
    }

    package var returnChannel: ReturnChannel = .tunnel
    /// `host[:port]` that agents dial with `direct`; nil: the local address of each ssh connection and a port of the system's choice.
    package var advertise: String?
    /// A file with the shared secret of `listen` mode; nil with `insecure`.
    package var secretFile: String?
    /// `listen` without a secret.
    package var insecure: Bool = false
    /// nil: agents are processes of their hosts.
    package var container: ContainerPlan?
    /// What agents find on their hosts, below `$MUSTER_FILES`.
    package var files: [FilePush] = []
    /// Hosts that have the agent hand it on to others (`relay: auto`); else each is sent it by the controller.
    package var relay = false
    /// Of agents that the controller starts.
    package var limits = ProcessLimits()

    package init() {}
}

/// A host's sshd and how to log in; nil means: as the person's ssh configuration or the default says.
package struct SSHDestination: Codable, Sendable, Hashable {
    package var host: HostName
    /// The name or address to connect to, as an inventory gives it; nil: `host`, or what the ssh configuration has for it.
    package var address: String?
    package var port: Int?
    package var user: String?
    package var keyPath: String?
    /// From the first packet to the login; nil: ssh's ConnectTimeout, else 10 s.
    package var connectTimeout: Duration?
    package var hostKeys: HostKeyPolicy
    /// Hosts to go through, `user@host:port` with commas between; nil: as the person's ssh configuration says.
    package var proxyJump: String?

    package init(
        host: HostName, port: Int? = nil, user: String? = nil, keyPath: String? = nil, connectTimeout: Duration? = nil,
        hostKeys: HostKeyPolicy = .ask(knownHosts: nil)
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.keyPath = keyPath
        self.connectTimeout = connectTimeout
        self.hostKeys = hostKeys
    }
}

package enum HostKeyPolicy: Codable, Sendable, Hashable {
    /// As the person's ssh configuration says, else: on a terminal the person is asked about unknown keys, elsewhere as `strict`.
    case ask(knownHosts: String?)
    /// Only keys that the file knows; nil: `~/.ssh/known_hosts`.
    case strict(knownHosts: String?)
    /// Unknown hosts are written down, changed keys refused.
    case acceptNew(knownHosts: String?)
    /// INSECURE: no check.
    case off

    /// The policy's name in a playbook, and the file beside it.
    package var words: (name: String, file: String?) {
        switch self {
        case .ask(let file): ("ask", file)
        case .strict(let file): ("strict", file)
        case .acceptNew(let file): ("accept-new", file)
        case .off: ("off", nil)
        }
    }
}
