import Plans

/// `distributed.deployment`: what is started on the hosts.
struct DeploymentSection {
    let cursor: Cursor
    /// nil: agents are processes of their hosts.
    var container: ContainerPlan?
    var binaryPath: Located<String>?

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        let typePlace = section.take("deploy_type")
        let inContainers = typePlace?.choice(["binary": false, "docker": true, "container": true]) ?? false
        binaryPath = section.located("binary_path") { $0.word() }
        let plan = Self.readContainer(section)
        if inContainers {
            container = plan
        } else {
            for key in ["container_runtime", "image", "network_mode", "pull_policy", "docker_args"] {
                section.take(key)?.warn("has no effect without deploy_type: docker", fix: "leave it out")
            }
        }
        section.close()
    }

    private static func readContainer(_ section: Section) -> ContainerPlan {
        var plan = ContainerPlan()
        plan.runtime = section.take("container_runtime")?.choice(["docker": .docker, "podman": .podman])
        plan.image = section.located("image", readImage)?.value
        if let mode = section.take("network_mode")?.word() { plan.networkMode = mode }
        plan.pullPolicy =
            section.take("pull_policy")?.choice([
                "always": .always, "if_not_present": .ifNotPresent, "never": .never, "push": .push,
            ]) ?? .ifNotPresent
        plan.arguments = section.take("docker_args")?.items()?.compactMap { $0.string() } ?? []
        return plan
    }

    /// `registry:5000/name:tag@digest`: whatever docker will make of it, but nothing that it would take for an option.
    private static func readImage(_ cursor: Cursor) -> String? {
        guard let image = cursor.word() else { return nil }
        guard !image.hasPrefix("-"), !image.contains(where: \.isWhitespace) else {
            cursor.fail("`\(image)` names no image", fix: "name:tag")
            return nil
        }
        return image
    }
}

extension VolumeMount {
    private static let modes: Set<String> = [
        "ro", "rw", "z", "Z", "shared", "slave", "private", "rshared", "rslave", "rprivate", "nocopy", "cached", "delegated", "consistent",
    ]

    /// `host:container` or `host:container:mode`.
    init?(_ cursor: Cursor) {
        guard let text = cursor.word() else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }), parts[1].hasPrefix("/") else {
            cursor.fail("`\(text)` is no volume", fix: "\"/on/host:/in/container\", or \"/on/host:/in/container:ro\"")
            return nil
        }
        let isName = parts[0].utf8.allSatisfy { isPlainByte($0) } && !parts[0].hasPrefix("-") && !parts[0].hasPrefix(".")
        guard parts[0].hasPrefix("/") || isName else {
            cursor.fail("`\(parts[0])` is neither an absolute path nor the name of a volume", fix: "\"/on/host:\(parts[1])\"")
            return nil
        }
        let mode = parts.count == 3 ? parts[2] : nil
        if let wrong = mode?.split(separator: ",").map(String.init).first(where: { !Self.modes.contains($0) }) {
            cursor.fail("`\(wrong)` is no mode of a volume", fix: "ro or rw")
            return nil
        }
        self.init(source: parts[0], destination: parts[1], mode: mode)
    }
}

private func isPlainByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "_.-".utf8.contains(byte)
    }
}

extension PublishedPort {
    /// `container`, `host:container` or `address:host:container`, each with `/tcp` or `/udp` behind it.
    init?(_ cursor: Cursor) {
        guard let text = cursor.word() else { return nil }
        var rest = text[...]
        var isUDP = false
        if let slash = rest.lastIndex(of: "/") {
            guard ["tcp", "udp"].contains(rest[rest.index(after: slash)...]) else {
                cursor.fail("`\(text)` is no port", fix: "\"7761:7761\", or \"7761:7761/udp\"")
                return nil
            }
            isUDP = rest.hasSuffix("/udp")
            rest = rest[..<slash]
        }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.suffix(2).map { Int($0) ?? 0 }
        guard (1...3).contains(parts.count), numbers.allSatisfy({ (1...65_535).contains($0) }), parts.count < 3 || !parts[0].isEmpty else {
            cursor.fail("`\(text)` is no port", fix: "\"7761:7761\": the host's, then the container's, each between 1 and 65535")
            return nil
        }
        self.init(
            address: parts.count == 3 ? String(parts[0]) : nil, hostPort: numbers[0], containerPort: numbers[numbers.count - 1],
            isUDP: isUDP)
    }
}
