import Vocabulary

/// What a person has to log in with, in words.
package enum KeyFiles {
    package struct Problem: Error, Sendable {
        package let why: String
    }

    /// What kind of key a file holds; nil where there is no such file.
    package static func description(_ path: String) -> String? {
        switch KeyFile.load(path) {
        case .failure(.missing): return nil
        case .failure(let problem): return problem.why
        case .success(let file):
            var words = file.publicKey.map { HostKey(bytes: $0).type } ?? "its type is known once it is open"
            if case .locked = file.lock { words += ", encrypted" }
            if file.certificate != nil { words += ", with a certificate" }
            return words
        }
    }

    /// The keys of the person's ssh agent; nil where there is none.
    package static var agentKeys: Result<[String], Problem>? {
        guard let agent = AgentClient(SSHTarget(host: .init("-"), user: "-")) else { return nil }
        return agent.identities().map { keys in keys.map { "\($0.comment) (\(HostKey(bytes: $0.key).type))" } }.mapError {
            Problem(why: $0.why)
        }
    }

    /// How many keys a known_hosts file has.
    package static func knownHosts(_ path: String) -> String {
        switch KnownHosts.load(expandingHome(path)) {
        case .success(let hosts): "\(hosts.entries.count(where: { !$0.isRevoked })) keys in \(path)"
        case .failure(let problem): "\(path): \(problem.why)"
        }
    }
}
