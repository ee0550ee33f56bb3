import Foundation
import SSH
import Synchronization
import TestKit
import Testing
import Vocabulary

@Suite("A key file", .enabled(if: LoopbackSSHD.isInstalled, "needs openssh-server"))
struct KeyTests {
    /// What `ssh-keygen` is told for each kind of key and of file.
    static let kinds: [[String]] = [
        ["-t", "ed25519"], ["-t", "ecdsa", "-b", "256"], ["-t", "ecdsa", "-b", "384"], ["-t", "ecdsa", "-b", "521"],
        ["-t", "rsa", "-b", "2048"],
        ["-t", "rsa", "-b", "2048", "-m", "PEM"], ["-t", "rsa", "-b", "2048", "-m", "PKCS8"], ["-t", "ecdsa", "-m", "PEM"],
        ["-t", "ecdsa", "-m", "PKCS8"],
    ]

    @Test("of every type and format lets its owner in", arguments: kinds)
    func everyKind(options: [String]) async throws {
        try await withLoopbackSSHD { server in
            let key = try await server.makeKey("own", options)
            try await withClient { client in
                #expect(await connectAll([server.target(keys: [key])], client) == [nil])
            }
        }
    }

    @Test("of RSA lets its owner in where only one of the two better methods is allowed", arguments: ["rsa-sha2-256", "rsa-sha2-512"])
    func rsaMethods(method: String) async throws {
        try await withLoopbackSSHD(["PubkeyAcceptedAlgorithms \(method)"]) { server in
            let key = try await server.makeKey("own", ["-t", "rsa"])
            try await withClient { client in
                #expect(await connectAll([server.target(keys: [key])], client) == [nil])
            }
        }
    }

    @Test(
        "that is encrypted is asked for once and opened once, for all hosts",
        arguments: kinds + [["-t", "ed25519", "-Z", "aes256-gcm@openssh.com"]])
    func encrypted(options: [String]) async throws {
        try await withLoopbackSSHD { server in
            let key = try await server.makeKey("own", options, passphrase: "open sesame")
            let questions = Counter()
            let client = SSHClient(passphrases: { path, isAgain in
                #expect(path == key)
                questions.add(1)
                return Secret(isAgain ? "open sesame" : "wrong")
            })
            let targets = Array(repeating: server.target(keys: [key], timeout: .seconds(60)), count: 8)
            #expect(await connectAll(targets, client) == Array(repeating: nil, count: 8))
            // The wrong answer, and the right one.
            #expect(questions.value == 2)
            await client.shutdown()
        }
    }

    @Test("that is encrypted is not asked for where the host does not take it")
    func encryptedAndUnwanted() async throws {
        try await withLoopbackSSHD { server in
            let key = try await server.makeKey("stranger", ["-t", "ed25519"], passphrase: "secret", isWelcome: false)
            let client = SSHClient(passphrases: { _, _ in
                Issue.record("a person was asked")
                return nil
            })
            guard case .loginRefused(let refusal) = await connectAll([server.target(keys: [key])], client)[0] else {
                Issue.record("the login was not refused")
                return
            }
            #expect(refusal.tried == ["\(key): rejected"])
            await client.shutdown()
        }
    }

    @Test("that is encrypted, whose passphrase nobody knows, says so after three tries")
    func wrongPassphrase() async throws {
        try await withLoopbackSSHD { server in
            let key = try await server.makeKey("own", ["-t", "ed25519"], passphrase: "secret")
            let questions = Counter()
            let client = SSHClient(passphrases: { _, _ in
                questions.add(1)
                return Secret("wrong")
            })
            guard case .loginRefused(let refusal) = await connectAll([server.target(keys: [key])], client)[0] else {
                Issue.record("the login was not refused")
                return
            }
            #expect(refusal.tried == ["\(key): is encrypted, and the passphrase was wrong"])
            #expect(questions.value == 3)
            await client.shutdown()
        }
    }

    @Test("that is damaged says so")
    func damaged() async throws {
        try await withLoopbackSSHD { server in
            let key = try await server.makeKey("own", ["-t", "rsa", "-m", "PEM"])
            let lines = try String(contentsOfFile: key, encoding: .utf8).split(separator: "\n")
            try (lines.prefix(4) + lines.suffix(1)).joined(separator: "\n").write(toFile: key, atomically: true, encoding: .utf8)
            try await withClient { client in
                guard case .loginRefused(let refusal) = await connectAll([server.target(keys: [key])], client)[0] else {
                    Issue.record("the login was not refused")
                    return
                }
                #expect(refusal.tried.count == 1 && refusal.tried[0].contains("damaged"))
            }
        }
    }

    @Test("comes with the certificate beside it")
    func certificate() async throws {
        try await withTemporaryFolder { folder in
            let authority = folder.appendingPathComponent("authority").path
            try await run("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", authority)
            try await withLoopbackSSHD(["TrustedUserCAKeys \(authority).pub"]) { server in
                let key = try await server.makeKey("own", ["-t", "ecdsa"], isWelcome: false)
                try await withClient { client in
                    guard case .loginRefused = await connectAll([server.target(keys: [key])], client)[0] else {
                        Issue.record("the key alone let somebody in")
                        return
                    }
                    try await run("/usr/bin/ssh-keygen", "-q", "-s", authority, "-I", "test", "-n", server.user, key + ".pub")
                    #expect(await connectAll([server.target(keys: [key])], client) == [nil])
                }
            }
        }
    }
}

extension LoopbackSSHD {
    /// A key of the options' kind, made in the server's folder; its path.
    func makeKey(_ name: String, _ options: [String], passphrase: String = "", isWelcome: Bool = true) async throws -> String {
        let key = file(name)
        try await run(["/usr/bin/ssh-keygen"] + options + ["-q", "-N", passphrase, "-f", key])
        if isWelcome { try await run("/bin/sh", "-c", "cat '\(key).pub' >> '\(file("authorized_keys"))'") }
        return key
    }
}
