import Plans
import Vocabulary

/// `distributed.ssh`: how hosts are reached.
struct SSHSection {
    let cursor: Cursor
    var enabled: Bool
    var user: String?
    var keyPath: String?
    var timeout: Duration?
    var port: Int?
    var hostKeys: HostKeyPolicy
    var proxyJump: Located<String>?

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        enabled = section.take("enabled")?.boolean() ?? false
        user = section.take("user")?.word()
        keyPath = section.take("key_path")?.word()
        timeout = section.take("timeout")?.duration()
        port = section.take("port")?.integer()
        hostKeys = Self.readHostKeys(section)
        proxyJump = section.located("proxy_jump") { $0.word() }
        section.close()
    }

    /// `known_hosts: ""` is the reference documents' way to check nothing; `host_keys` says it in a word.
    private static func readHostKeys(_ section: Section) -> HostKeyPolicy {
        let filePlace = section.take("known_hosts")
        let file = filePlace?.string()
        let wordPlace = section.take("host_keys")
        let word: Int? = wordPlace?.choice(["ask": 3, "strict": 0, "accept-new": 1, "accept_new": 1, "off": 2])
        if file == "" || word == 2 {
            let place = file == "" ? filePlace : wordPlace
            place?.warn(
                "INSECURE: no host key is checked; anyone between here and the hosts can take their place", fix: "host_keys: accept-new")
            return .off
        }
        return switch word {
        case 0: .strict(knownHosts: file)
        case 1: .acceptNew(knownHosts: file)
        default: .ask(knownHosts: file)
        }
    }
}
