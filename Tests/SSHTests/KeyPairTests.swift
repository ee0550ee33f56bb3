import Foundation
import SSH
import TestKit
import Testing

@Suite("A person's key pair", .enabled(if: LoopbackSSHD.isInstalled, "needs openssh-server"))
struct KeyPairTests {
    @Test("is made where there is none, as ssh-keygen would, and lets its owner in; nothing is ever overwritten")
    func made() async throws {
        try await withLoopbackSSHD { server in
            let path = server.file("new/id_ed25519")
            let pair = try KeyPair.find(path, create: true, comment: "me@here")
            #expect(pair.isNew && pair.line.hasSuffix(" me@here"))
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.attributesOfItem(atPath: server.file("new"))[.posixPermissions] as? Int == 0o700)
            let (derived, listed) = (server.file("derived"), server.file("listed"))
            try await run("/bin/sh", "-c", "ssh-keygen -yf '\(path)' > '\(derived)' && ssh-keygen -lf '\(path).pub' > '\(listed)'")
            #expect(try String(contentsOfFile: derived, encoding: .utf8) == pair.line + "\n")
            #expect(try String(contentsOfFile: listed, encoding: .utf8).contains(pair.fingerprint))
            let bytes = FileManager.default.contents(atPath: path)
            let again = try KeyPair.find(path, create: true, comment: "other")
            #expect(!again.isNew && again.line == pair.line && FileManager.default.contents(atPath: path) == bytes)
            try (pair.line + "\n").write(toFile: server.file("authorized_keys"), atomically: true, encoding: .utf8)
            try await withClient { client in #expect(await connectAll([server.target(keys: [path])], client) == [nil]) }
        }
    }

    @Test("that is encrypted tells its public half without its passphrase; one that is missing or damaged says so")
    func others() async throws {
        try await withLoopbackSSHD { server in
            let encrypted = try await server.makeKey("encrypted", ["-t", "ecdsa", "-C", "a comment"], passphrase: "secret")
            let line = try String(contentsOfFile: encrypted + ".pub", encoding: .utf8)
            #expect(try KeyPair.find(encrypted, create: false, comment: "x").line + "\n" == line)
            #expect(throws: KeyPair.Problem.self) { try KeyPair.find(server.file("missing"), create: false, comment: "x") }
            #expect(throws: KeyPair.Problem.self) { try KeyPair.find(server.file("log"), create: true, comment: "x") }
        }
    }
}
