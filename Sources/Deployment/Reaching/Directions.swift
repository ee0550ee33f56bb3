import Glibc
import Plans
import SSH
import Vocabulary

/// How to get to each host: by what the playbook or the command line says, else by the person's ssh configuration, else by the defaults.
package struct Directions: Sendable {
    /// The user's password, for those hosts that want one; only `ssh-setup` has it.
    package var password: Secret?
    private let configuration: PersonalConfiguration
    /// Hops of hops; more than that is a circle.
    private static let mostJumps = 8
    private static let timeout = Duration.seconds(10)

    package init(configuration: PersonalConfiguration = PersonalConfiguration()) { self.configuration = configuration }

    /// Where the destination's sshd is and how to log in there, hops included.
    package func target(of destination: SSHDestination) async throws(SSHError) -> SSHTarget {
        let settings = try await settings(of: destination)
        var target = Self.target(destination, settings)
        target.password = password
        if let jumps = destination.proxyJump ?? settings.proxyJump, jumps != "none" {
            target.jumps = try await hops(jumps, to: destination, depth: 0)
        } else if destination.proxyJump == nil {
            target.proxyCommand = settings.proxyCommand.map { Tokens(target).expand($0) }
        }
        return target
    }

    private func settings(of destination: SSHDestination) async throws(SSHError) -> HostSettings {
        try await configuration.settings(for: destination.address ?? destination.host.text, user: destination.user, port: destination.port)
    }

    private static func target(_ destination: SSHDestination, _ settings: HostSettings) -> SSHTarget {
        var target = SSHTarget(
            host: destination.host, port: destination.port ?? settings.port ?? 22,
            user: destination.user ?? settings.user ?? callingUser,
            connectTimeout: destination.connectTimeout ?? settings.connectTimeout ?? timeout,
            hostKeys: hostKeys(destination.hostKeys, settings.checking))
        if let name = settings.hostName ?? destination.address, name != destination.host.text { target.address = name }
        target.hostKeyAlias = settings.hostKeyAlias
        if !settings.knownHostsFiles.isEmpty { target.knownHostsFiles = settings.knownHostsFiles }
        target.onlyNamedKeys = settings.identitiesOnly
        let tokens = Tokens(target)
        target.keyPaths = destination.keyPath.map { [$0] } ?? settings.identityFiles.map(tokens.expand)
        switch settings.identityAgent {
        case nil, "SSH_AUTH_SOCK"?: break
        case "none"?: target.useAgent = false
        case let path?: target.agentPath = path.hasPrefix("$") ? tokens.variable(path) : tokens.expand(path)
        }
        return target
    }

    private static func hostKeys(_ policy: HostKeyPolicy, _ checking: HostSettings.Checking?) -> SSHTarget.HostKeys {
        switch policy {
        case .off: .off
        case .strict(let file): .strict(knownHosts: file)
        case .acceptNew(let file): .acceptNew(knownHosts: file)
        case .ask(let file):
            switch checking {
            case .strict: .strict(knownHosts: file)
            case .acceptNew: .acceptNew(knownHosts: file)
            case nil: .ask(knownHosts: file)
            }
        }
    }

    /// The hops that `user@host:port,…` names, each by the ssh configuration, the first one's own hops before it.
    private func hops(_ text: String, to destination: SSHDestination, depth: Int) async throws(SSHError) -> [SSHTarget] {
        guard depth < Self.mostJumps else {
            throw .configuration(place: destination.host.text, why: "its hops (\(text)) lead in a circle")
        }
        var targets: [SSHTarget] = []
        for (index, word) in text.split(separator: ",").enumerated() {
            guard let hop = Self.hop(String(word), to: destination) else {
                throw .configuration(place: destination.host.text, why: "`\(word)` is no host to go through; one looks like user@host:port")
            }
            let settings = try await settings(of: hop)
            var target = Self.target(hop, settings)
            // The key that opens the hosts opens their bastion too, more often than not.
            if let key = destination.keyPath { target.keyPaths = Self.usualKeys(settings, target) + [key] }
            // As ssh(1): a hop of its own is for the first only, and a bastion does not go through itself.
            if index == 0, let jumps = settings.proxyJump, jumps != String(word), Self.hop(jumps, to: destination)?.host != hop.host {
                targets += try await hops(jumps, to: destination, depth: depth + 1)
            } else if index == 0 {
                target.proxyCommand = settings.proxyCommand.map { Tokens(target).expand($0) }
            }
            targets.append(target)
        }
        return targets
    }

    private static func usualKeys(_ settings: HostSettings, _ target: SSHTarget) -> [String] {
        let usual = SSHTarget.usualKeyPaths.filter { access($0, R_OK) == 0 }
        return settings.identityFiles.isEmpty ? usual : target.keyPaths
    }

    /// nil for what names no host, or several.
    private static func hop(_ word: String, to destination: SSHDestination) -> SSHDestination? {
        let plain = word.hasPrefix("ssh://") ? String(word.dropFirst("ssh://".count)) : word
        guard let addresses = try? AgentAddress.expand(plain), addresses.count == 1,
            case .host(let host, let user, let port) = addresses[0]
        else { return nil }
        return SSHDestination(
            host: host, port: port, user: user, connectTimeout: destination.connectTimeout, hostKeys: destination.hostKeys)
    }

    private static var callingUser: String {
        if let entry = getpwuid(getuid()), let name = entry.pointee.pw_name { return String(cString: name) }
        return getenv("USER").map { String(cString: $0) } ?? "root"
    }
}
