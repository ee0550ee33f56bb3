import Vocabulary

/// One host's sshd and how to log in to it.
package struct SSHTarget: Sendable, Hashable {
    /// What is asked of a host's key. There is always a check unless a person has switched it off by name.
    package enum HostKeys: Sendable, Hashable {
        /// As `strict`, but a person may be asked first: see `SSHClient.unknownKeys`.
        case ask(knownHosts: String?)
        /// Only keys that the known_hosts file has; nil: the target's `knownHostsFiles`.
        case strict(knownHosts: String?)
        /// The key of a host that the file does not know is written down there; a changed key is refused.
        case acceptNew(knownHosts: String?)
        /// INSECURE: any key will do.
        case off
    }

    /// As a person calls it, and as messages do.
    package var host: HostName
    /// The name or address to connect to; nil: `host`.
    package var address: String?
    package var port: Int
    package var user: String
    /// Private key files, tried in this order; empty: those of `~/.ssh/id_ed25519`, `id_ecdsa` and `id_rsa` that exist.
    package var keyPaths: [String]
    /// Whether the keys that an ssh agent holds are tried after the files.
    package var useAgent: Bool
    /// Whether key files are tried at all.
    package var offersKeys = true
    /// Of the agent's keys only those whose files are named in `keyPaths`.
    package var onlyNamedKeys = false
    /// The agent's socket; nil: that of `SSH_AUTH_SOCK`, if there is one.
    package var agentPath: String?
    /// Tried last, by the method of that name and by questions of the host's own; nil: none.
    package var password: Secret?
    /// From the first packet to the login, name resolution included; it waits for the ssh agent and for a person's passphrase.
    package var connectTimeout: Duration
    /// How long the host may take to open a channel or to start a command.
    package var openTimeout: Duration
    /// After how much silence the host is asked whether it is there; it is taken for gone after `unansweredKeepalives` such intervals.
    package var keepaliveInterval: Duration
    package var hostKeys: HostKeys
    /// The name under which known_hosts files have it, whatever its address and port; nil: by these.
    package var hostKeyAlias: String?
    /// Where host keys are looked for if `hostKeys` names no file; a new key goes into the first.
    package var knownHostsFiles = ["~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"]
    /// A command of this machine whose standard input and output lead to the host, in place of a TCP connection (ssh's ProxyCommand).
    package var proxyCommand: String?
    /// The hosts to go through, the nearest first. What a hop says of hops of its own counts for nothing.
    package var jumps: [SSHTarget] = []

    /// Intervals of silence after which a connection is given up: with the default interval a cut of a minute.
    package static let unansweredKeepalives = 4

    package init(
        host: HostName, port: Int = 22, user: String, keyPaths: [String] = [], useAgent: Bool = true, agentPath: String? = nil,
        connectTimeout: Duration = .seconds(10), openTimeout: Duration = .seconds(30),
        keepaliveInterval: Duration = .seconds(15), hostKeys: HostKeys = .strict(knownHosts: nil)
    ) {
        precondition((1...65535).contains(port), "a port is 1–65535")
        precondition(connectTimeout > .zero && openTimeout > .zero && keepaliveInterval > .zero, "a time limit is above zero")
        self.host = host
        self.port = port
        self.user = user
        self.keyPaths = keyPaths
        self.useAgent = useAgent
        self.agentPath = agentPath
        self.connectTimeout = connectTimeout
        self.openTimeout = openTimeout
        self.keepaliveInterval = keepaliveInterval
        self.hostKeys = hostKeys
    }

    /// The private keys that are tried where none is named.
    package static var usualKeyPaths: [String] { KeyFile.defaultPaths }

    /// `host` or, where the port is not 22, `host:port`: the host as error texts name it.
    package var place: String { port == 22 ? host.text : "\(host.text):\(port)" }

    /// What is connected to: a name or an address in digits.
    var dialled: String { address ?? host.text }

    /// The host as known_hosts files name it.
    var knownHostsName: String { hostKeyAlias ?? (port == 22 ? dialled : "[\(dialled)]:\(port)") }

    /// The last hop before the host, with the hops before that.
    var lastJump: SSHTarget? {
        guard var jump = jumps.last else { return nil }
        jump.jumps = jumps.dropLast()
        return jump
    }
}
