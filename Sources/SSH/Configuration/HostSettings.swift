import Vocabulary

/// What the person's ssh configuration says of one host, as `ssh -G` prints it; nil and empty: it says nothing.
package struct HostSettings: Sendable, Equatable {
    /// StrictHostKeyChecking, as far as it changes anything here.
    package enum Checking: Sendable, Equatable {
        case strict
        /// Also for `no`: what ssh(1) warns of there, a changed key, stays an error here.
        case acceptNew
    }

    package var hostName: String?
    package var port: Int?
    package var user: String?
    /// With ssh's tokens (`%h`, `~/`) as they were written; empty where they are ssh's defaults.
    package var identityFiles: [String] = []
    package var identitiesOnly = false
    /// The agent's socket, also with tokens; `none`: no agent, `SSH_AUTH_SOCK`: that of the environment.
    package var identityAgent: String?
    /// `user@host:port` with commas between.
    package var proxyJump: String?
    package var proxyCommand: String?
    package var connectTimeout: Duration?
    package var checking: Checking?
    package var hostKeyAlias: String?
    /// The person's and the machine's; empty where they are ssh's defaults.
    package var knownHostsFiles: [String] = []

    package init() {}

    /// From the output of `ssh -G`: a keyword and its value on each line. What is not known is passed over.
    init(parsing text: String) {
        var globalFiles: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = String(parts[1])
            switch parts[0] {
            case "hostname": hostName = value
            case "port": port = Int(value).flatMap { (1...65_535).contains($0) ? $0 : nil }
            case "user": user = value
            case "identityfile": identityFiles.append(value)
            case "identitiesonly": identitiesOnly = value == "yes"
            case "identityagent": identityAgent = value
            case "proxyjump": proxyJump = value == "none" ? nil : value
            case "proxycommand": proxyCommand = value == "none" ? nil : value
            case "connecttimeout": connectTimeout = Int64(value).flatMap { $0 > 0 ? .seconds($0) : nil }
            case "stricthostkeychecking": checking = Self.checking(value)
            case "hostkeyalias": hostKeyAlias = value
            case "userknownhostsfile": knownHostsFiles = value.split(separator: " ").map(String.init)
            case "globalknownhostsfile": globalFiles = value.split(separator: " ").map(String.init)
            default: break
            }
        }
        knownHostsFiles = (knownHostsFiles + globalFiles).filter { $0 != "none" && $0 != "/dev/null" }
        // ssh -G names its defaults too, of which some are kinds of key that nobody has here.
        if identityFiles.contains("~/.ssh/id_xmss") || identityFiles.contains("~/.ssh/id_ed25519_sk") { identityFiles = [] }
    }

    private static func checking(_ value: String) -> Checking? {
        switch value {
        case "yes", "true": .strict
        case "accept-new", "no", "off", "false": .acceptNew
        default: nil
        }
    }
}
