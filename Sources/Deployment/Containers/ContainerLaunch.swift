import Plans
import Vocabulary

/// How one agent's container is started: what the playbook says of all containers and of this agent's.
package struct ContainerLaunch: Sendable, Equatable {
    package var plan: ContainerPlan
    package var volumes: [VolumeMount]
    package var ports: [PublishedPort]
    package var limits: ProcessLimits

    package init(
        plan: ContainerPlan, volumes: [VolumeMount] = [], ports: [PublishedPort] = [], limits: ProcessLimits = ProcessLimits()
    ) {
        self.plan = plan
        self.volumes = volumes
        self.ports = ports
        self.limits = limits
    }

    /// The image is made of the agent alone, where the host has none with this agent in it.
    var isPushed: Bool { plan.image == nil || plan.pullPolicy == .push }

    /// `localhost/…`: so that no runtime looks for it in a registry.
    func image(bundle sha256: String) -> String { plan.image ?? "localhost/muster-agent:\(sha256.prefix(16))" }

    /// What `/bin/sh` of the host reads: which runtimes to try, the image and where it comes from, and the arguments of `run` as the
    /// shell's own. It travels in a file, so that no word of it is ever read by a login shell.
    func document(bundle sha256: String) -> [UInt8] {
        let runtimes = plan.runtime.map { [$0.rawValue] } ?? ["docker", "podman"]
        let settings = [
            "want": runtimes.joined(separator: " "), "image": image(bundle: sha256),
            "policy": isPushed ? ContainerPlan.PullPolicy.push.rawValue : plan.pullPolicy.rawValue,
        ]
        let lines = settings.map { "\($0)=\(shellQuoted($1))" } + [(["set", "--"] + arguments.map(shellQuoted)).joined(separator: " ")]
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private var arguments: [String] {
        ["--network", plan.networkMode] + volumes.flatMap { ["-v", $0.argument] } + ports.flatMap { ["-p", $0.argument] }
            + limits.arguments + plan.arguments
    }
}

extension VolumeMount {
    fileprivate var argument: String { ([source, destination] + (mode.map { [$0] } ?? [])).joined(separator: ":") }
}

extension PublishedPort {
    fileprivate var argument: String { (address.map { "\($0):" } ?? "") + "\(hostPort):\(containerPort)" + (isUDP ? "/udp" : "") }
}

extension ProcessLimits {
    fileprivate var arguments: [String] {
        (memory.map { ["--memory", "\($0.bytes)"] } ?? []) + (cpus.map { ["--cpus", "\($0)"] } ?? [])
            + (openFiles.map { ["--ulimit", "nofile=\($0):\($0)"] } ?? [])
    }
}
