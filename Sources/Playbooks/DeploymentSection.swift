import Plans

/// `distributed.deployment`: what is started on the hosts.
struct DeploymentSection {
    let cursor: Cursor
    /// nil: agents are processes of their hosts.
    var container: ContainerPlan?
    var binaryPath: Located<String>?
    var files: [Located<FilePush>] = []
    var workingDirectory: Located<String>?
    var limits: Located<ProcessLimits>?
    var relay = false

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        let typePlace = section.take("deploy_type")
        let inContainers = typePlace?.choice(["binary": false, "docker": true, "container": true]) ?? false
        binaryPath = section.located("binary_path") { $0.word() }
        files = section.take("files")?.items()?.compactMap { at in FilePush(at).map { Located(value: $0, at: at) } } ?? []
        Self.checkPlaces(of: files)
        workingDirectory = section.located("working_dir") { $0.word() }
        relay = section.take("relay")?.choice(["off": false, "auto": true]) ?? false
        limits = section.located("limits") { ProcessLimits($0) }
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

    /// Whether something in it takes effect with agents of this machine.
    var holdsOnThisMachine: Bool { !files.isEmpty || workingDirectory != nil || limits != nil }

    /// Each has a place of its own, and none lies in another's.
    private static func checkPlaces(of files: [Located<FilePush>]) {
        for (index, file) in files.enumerated() {
            guard let other = files[..<index].first(where: { overlap($0.value.to, file.value.to) }) else { continue }
            let what = other.value.to == file.value.to ? "is that of another entry" : "lies in `\(other.value.to)`, or that in it"
            file.at.fail("`\(file.value.to)` \(what)", fix: "give each entry a `to` of its own")
        }
    }

    private static func overlap(_ a: String, _ b: String) -> Bool { a == b || a.hasPrefix(b + "/") || b.hasPrefix(a + "/") }

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
