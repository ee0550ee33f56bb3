import Vocabulary

/// `deployment` with `deploy_type: docker`: agents run in containers.
package struct ContainerPlan: Codable, Sendable, Hashable {
    package enum Runtime: String, Codable, Sendable, Hashable { case docker, podman }
    package enum PullPolicy: String, Codable, Sendable, Hashable {
        case always, never
        case ifNotPresent = "if_not_present"
        /// The image is made here and pushed over SSH.
        case push
    }

    /// nil: whichever the host has.
    package var runtime: Runtime?
    /// nil: one made of the agent alone.
    package var image: String?
    package var networkMode: String = "host"
    package var pullPolicy: PullPolicy = .ifNotPresent
    /// Further arguments of `docker run`, each as it is.
    package var arguments: [String] = []

    package init() {}
}

/// A folder of the host's that an agent's container sees.
package struct VolumeMount: Codable, Sendable, Hashable {
    /// Absolute, or the name of a volume.
    package var source: String
    /// Absolute.
    package var destination: String
    /// What stands behind the second colon: `ro`, `rw`, `z`, …; nil: nothing.
    package var mode: String?

    package init(source: String, destination: String, mode: String? = nil) {
        self.source = source
        self.destination = destination
        self.mode = mode
    }
}

/// A port of an agent's container that its host shows.
package struct PublishedPort: Codable, Sendable, Hashable {
    /// nil: all addresses of the host.
    package var address: String?
    package var hostPort: Int
    package var containerPort: Int
    package var isUDP: Bool

    package init(address: String? = nil, hostPort: Int, containerPort: Int, isUDP: Bool = false) {
        self.address = address
        self.hostPort = hostPort
        self.containerPort = containerPort
        self.isUDP = isUDP
    }
}
