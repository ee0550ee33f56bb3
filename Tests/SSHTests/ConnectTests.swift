import Foundation
import SSH
import TestKit
import Testing
import Vocabulary

@Suite("Connecting", .enabled(if: LoopbackSSHD.isInstalled, "needs openssh-server"))
struct ConnectTests {
    @Test("to five bad hosts among good ones gives five different clear errors, and holds up no good one")
    func fiveBadHosts() async throws {
        try await withLoopbackSSHD { server in
            let silent = try BadHost()
            defer { silent.stop() }
            let wrongKey = try await server.knownHostsWithAnotherKey()
            // No name can be that long: the resolver says so without asking anybody.
            let nameless = HostName(String(repeating: "x", count: 64) + ".invalid")
            let bad = [
                SSHTarget(host: "127.0.0.1", port: silent.port, connectTimeout: .seconds(2), in: server),
                SSHTarget(host: "127.0.0.1", port: try freePort(), connectTimeout: .seconds(20), in: server),
                SSHTarget(host: nameless, port: server.port, connectTimeout: .seconds(20), in: server),
                server.target(hostKeys: .strict(knownHosts: wrongKey)),
                server.target(user: "nobody-by-that-name"),
            ]
            try await withClient { client in
                async let good = connectAll(Array(repeating: server.target(), count: 8), client)
                let errors = await connectAll(bad, client)
                #expect(await good.allSatisfy { $0 == nil })
                let place = "127.0.0.1:\(silent.port)"
                #expect(errors[0] == .silent(place: place, phase: .greeting, after: .seconds(2)))
                #expect(errors[1] == .refused(place: bad[1].place))
                guard case .unknownHost = errors[2], case .hostKeyChanged(let dispute) = errors[3],
                    case .loginRefused(let refusal) = errors[4]
                else {
                    Issue.record("\(errors)")
                    return
                }
                #expect(dispute.known.count == 1 && dispute.shown.hasPrefix("SHA256:") && !dispute.known[0].contains(dispute.shown))
                #expect(refusal.user == "nobody-by-that-name" && refusal.offers == ["publickey"])
                #expect(Set(errors.map { "\($0!)" }).count == 5)
                #expect(errors.allSatisfy { $0?.fix != nil })
            }
        }
    }

    @Test("to a port that speaks something else says that it is not sshd's", arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", ""])
    func notSSH(words: String) async throws {
        let host = try BadHost(saying: words)
        defer { host.stop() }
        try await withClient { client in
            let target = SSHTarget(host: "127.0.0.1", port: host.port, user: "root", connectTimeout: .seconds(30))
            let error = await connectAll([target], client)[0]
            #expect(
                error
                    == (words.isEmpty
                        ? .dropped(place: target.place, words: "") : .notSSH(place: target.place, why: "it said: HTTP/1.1 400 Bad Request"))
            )
        }
    }

    @Test("to an unknown host is refused with the fingerprint that ssh-keygen prints")
    func unknownHostKey() async throws {
        try await withLoopbackSSHD { server in
            let empty = server.file("empty")
            try "".write(toFile: empty, atomically: true, encoding: .utf8)
            try await withClient { client in
                let error = await connectAll([server.target(hostKeys: .strict(knownHosts: empty))], client)[0]
                guard case .hostKeyUnknown(let dispute) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(dispute.file == empty && dispute.type == "ssh-ed25519")
                let printed = server.file("fingerprint")
                try await run("/bin/sh", "-c", "ssh-keygen -lf '\(server.hostKey).pub' > '\(printed)'")
                #expect(try String(contentsOfFile: printed, encoding: .utf8).contains(" \(dispute.shown) "))
            }
        }
    }

    @Test("with accept-new writes the key down once, and refuses another one later")
    func acceptNew() async throws {
        try await withLoopbackSSHD { server in
            let known = server.file("new_known_hosts")
            try "# without a line's end".write(toFile: known, atomically: true, encoding: .utf8)
            try await withClient { client in
                #expect(await connectAll([server.target(hostKeys: .acceptNew(knownHosts: known))], client) == [nil])
                #expect(await connectAll([server.target(hostKeys: .strict(knownHosts: known))], client) == [nil])
                let lines = try String(contentsOfFile: known, encoding: .utf8).split(separator: "\n")
                #expect(lines.count == 2 && lines[1].hasPrefix("[127.0.0.1]:\(server.port) ssh-ed25519 "))
                let other = try await server.knownHostsWithAnotherKey()
                guard case .hostKeyChanged = await connectAll([server.target(hostKeys: .acceptNew(knownHosts: other))], client)[0] else {
                    Issue.record("the changed key was taken")
                    return
                }
            }
        }
    }

    @Test("to a host whose key is marked as revoked is refused, also where it is known besides", arguments: [false, true])
    func revoked(acceptsNew: Bool) async throws {
        try await withLoopbackSSHD { server in
            let known = try String(contentsOfFile: server.knownHosts, encoding: .utf8)
            let revoked = known.split(separator: "\n").map { "@revoked * " + $0.drop { $0 != " " }.dropFirst() + "\n" }.joined()
            let path = server.file("revoked")
            try (known + revoked).write(toFile: path, atomically: true, encoding: .utf8)
            let target = server.target(hostKeys: acceptsNew ? .acceptNew(knownHosts: path) : .strict(knownHosts: path))
            try await withClient { client in
                guard case .hostKeyRevoked = await connectAll([target], client)[0] else {
                    Issue.record("the revoked key was taken")
                    return
                }
            }
        }
    }

    @Test("takes a hashed known_hosts line, and prefers the key type that is known")
    func hashedAndPreferred() async throws {
        try await withTemporaryFolder { folder in
            let ecdsa = folder.appendingPathComponent("ecdsa").path
            try await run("/usr/bin/ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", ecdsa)
            try await withLoopbackSSHD(["HostKey \(ecdsa)"]) { server in
                try await run("/usr/bin/ssh-keygen", "-H", "-f", server.knownHosts)
                #expect(try String(contentsOfFile: server.knownHosts, encoding: .utf8).hasPrefix("|1|"))
                try await withClient { client in #expect(await connectAll([server.target()], client) == [nil]) }
            }
        }
    }

    @Test("with no usable key says what is wrong with each")
    func keysWithoutUse() async throws {
        try await withLoopbackSSHD { server in
            let encrypted = try await server.makeKey("encrypted", ["-t", "ed25519"], passphrase: "secret")
            let stranger = try await server.makeKey("stranger", ["-t", "ed25519"], isWelcome: false)
            let keys = [server.file("missing"), encrypted, server.file("log"), stranger]
            try await withClient { client in
                guard case .loginRefused(let refusal) = await connectAll([server.target(keys: keys)], client)[0] else {
                    Issue.record("the login was not refused")
                    return
                }
                // An encrypted key is the last that is tried, and here there is nobody to ask.
                #expect(refusal.tried.count == 4)
                #expect(refusal.tried[0].contains("missing: cannot be read"))
                #expect(refusal.tried[1].contains("log: is no private key"))
                #expect(refusal.tried[2] == "\(stranger): rejected")
                #expect(refusal.tried[3].contains("encrypted: is encrypted; add it to the ssh agent"))
                #expect(await connectAll([server.target(keys: keys + [server.clientKey])], client) == [nil])
            }
        }
    }

    @Test("works with keys of every type that an ssh agent holds", arguments: ["ed25519", "ecdsa", "rsa"])
    func agent(type: String) async throws {
        try await withLoopbackSSHD { server in
            let (socket, key) = (server.file("agent"), server.file("agent_key"))
            try await run("/usr/bin/ssh-keygen", "-q", "-t", type, "-N", "", "-f", key)
            try await run("/bin/sh", "-c", "cat '\(key).pub' >> '\(server.file("authorized_keys"))'")
            let agent = try ProcessHandle("/usr/bin/ssh-agent", ["-D", "-a", socket])
            defer {
                kill(agent.pid, SIGKILL)
                agent.wait()
            }
            try await eventually("the agent's socket") { exists(socket) }
            try await run("/bin/sh", "-c", "SSH_AUTH_SOCK='\(socket)' ssh-add -q '\(key)' && rm '\(key)'")
            try await withClient { client in
                var target = server.target(keys: [key])
                #expect(await connectAll([target], client)[0] != nil)
                target.useAgent = true
                target.agentPath = socket
                #expect(await connectAll([target], client) == [nil])
            }
        }
    }

    @Test("ends at once when the caller's task is cancelled")
    func cancellation() async throws {
        let silent = try BadHost()
        defer { silent.stop() }
        try await withClient { client in
            let target = SSHTarget(host: "127.0.0.1", port: silent.port, user: "root", connectTimeout: .seconds(600))
            let task = Task { await connectAll([target], client)[0] }
            task.cancel()
            #expect(await task.value == .cancelled(place: target.place))
        }
    }

    @Test("after the shutdown is refused")
    func afterShutdown() async throws {
        let client = SSHClient()
        await client.shutdown()
        let target = SSHTarget(host: "127.0.0.1", port: 1, user: "root")
        #expect(await connectAll([target], client) == [.closed(place: target.place)])
    }
}

/// Connects to all at once and closes again; what became of each, in their order.
func connectAll(_ targets: [SSHTarget], _ client: SSHClient) async -> [SSHError?] {
    await withTaskGroup(of: (Int, SSHError?).self) { group in
        for (index, target) in targets.enumerated() {
            group.addTask {
                let error = await sshError { () throws(SSHError) in
                    let connection = try await client.connect(to: target)
                    let result = try await connection.execute("true", deadline: .seconds(60))
                    await connection.close()
                    return result
                }
                return (index, error)
            }
        }
        var errors = [SSHError?](repeating: nil, count: targets.count)
        for await (index, error) in group { errors[index] = error }
        return errors
    }
}

extension SSHTarget {
    fileprivate init(host: HostName, port: Int, connectTimeout: Duration, in server: LoopbackSSHD) {
        self.init(
            host: host, port: port, user: server.user, keyPaths: [server.clientKey], useAgent: false, connectTimeout: connectTimeout,
            hostKeys: .strict(knownHosts: server.knownHosts))
    }

    fileprivate init(host: String, port: Int, connectTimeout: Duration, in server: LoopbackSSHD) {
        self.init(host: HostName(host), port: port, connectTimeout: connectTimeout, in: server)
    }

    fileprivate init(host: String, port: Int, user: String, connectTimeout: Duration = .seconds(10)) {
        self.init(host: HostName(host), port: port, user: user, useAgent: false, connectTimeout: connectTimeout)
    }
}

extension LoopbackSSHD {
    /// A known_hosts file that has the client's key for this host.
    fileprivate func knownHostsWithAnotherKey() async throws -> String {
        let key = try String(contentsOfFile: clientKey + ".pub", encoding: .utf8)
        let path = file("other_known_hosts")
        try "[127.0.0.1]:\(port) \(key)".write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
