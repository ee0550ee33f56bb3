import Plans
import Vocabulary

/// `distributed.ssh`: how hosts are reached.
struct SSHSection {
    let cursor: Cursor
    var enabled: Bool
    var user: String?
    var keyPath: String?
    var timeout: Duration
    var port: Int?
    var hostKeys: HostKeyPolicy

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        enabled = section.take("enabled")?.boolean() ?? false
        user = section.take("user")?.word()
        keyPath = section.take("key_path")?.word()
        timeout = section.take("timeout")?.positiveDuration() ?? .seconds(10)
        port = section.take("port")?.integer(1...65_535)
        hostKeys = Self.readHostKeys(section)
        if let at = section.take("proxy_jump"), at.word() != nil { at.notYet("proxy_jump") }
        section.close()
    }

    /// `known_hosts: ""` is the reference documents' way to check nothing; `host_keys` says it in a word.
    private static func readHostKeys(_ section: Section) -> HostKeyPolicy {
        let filePlace = section.take("known_hosts")
        let file = filePlace?.string()
        let wordPlace = section.take("host_keys")
        let word: Int? = wordPlace?.choice(["strict": 0, "accept-new": 1, "accept_new": 1, "off": 2])
        if file == "" || word == 2 {
            let place = file == "" ? filePlace : wordPlace
            place?.warn(
                "INSECURE: no host key is checked; anyone between here and the hosts can take their place", fix: "host_keys: accept-new")
            return .off
        }
        return word == 1 ? .acceptNew(knownHosts: file) : .strict(knownHosts: file)
    }
}

/// `distributed.deployment`: what is started on the hosts.
struct DeploymentSection {
    let cursor: Cursor
    var binaryPath: Located<String>?

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        let typePlace = section.take("deploy_type")
        let inContainers: Bool? = typePlace?.choice(["binary": false, "docker": true, "container": true])
        if inContainers == true { typePlace?.notYet("deploy_type: docker", fix: "deploy_type: binary") }
        binaryPath = section.take("binary_path").flatMap { at in at.word().map { Located(value: $0, at: at) } }
        var containerKeys: [Cursor] = []
        for key in ["container_runtime", "image", "network_mode", "pull_policy", "docker_args"] {
            if let at = section.take(key) { containerKeys.append(at) }
        }
        for at in containerKeys where inContainers != true { at.warn("has no effect without deploy_type: docker", fix: "leave it out") }
        section.close()
    }
}
