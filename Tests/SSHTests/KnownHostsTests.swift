import Digests
import Testing

@testable import SSH

@Suite("A known_hosts file")
struct KnownHostsTests {
    private static let ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ"

    private func lines(_ text: String, about name: String) -> [Int] {
        KnownHosts(parsing: Array(text.utf8)).entries(for: name).map(\.line)
    }

    @Test("names hosts plainly, in lists, by patterns, with ports, and by exception")
    func names() {
        let text = """
            # a comment

            h0,h0.example.org ssh-ed25519 \(Self.ed25519) a comment here
            [h0]:2222 ssh-ed25519 \(Self.ed25519)
            *.example.com,!bad.example.com ssh-ed25519 \(Self.ed25519)
            10.0.0.? ssh-ed25519 \(Self.ed25519)
            \tH9\tssh-ed25519\t\(Self.ed25519)\r
            """
        #expect(lines(text, about: "h0") == [3])
        #expect(lines(text, about: "h0.example.org") == [3])
        #expect(lines(text, about: "[h0]:2222") == [4])
        #expect(lines(text, about: "[h0]:2223") == [])
        #expect(lines(text, about: "good.example.com") == [5])
        #expect(lines(text, about: "bad.example.com") == [])
        #expect(lines(text, about: "10.0.0.7") == [6])
        #expect(lines(text, about: "10.0.0.17") == [])
        #expect(lines(text, about: "h9") == [7])
    }

    @Test("passes over what it cannot use: authorities, broken keys, keys under another type's name, cut lines")
    func useless() {
        let text = """
            @cert-authority h0 ssh-ed25519 \(Self.ed25519)
            h0 ssh-ed25519 not*base64
            h0 ssh-rsa \(Self.ed25519)
            h0 ssh-ed25519
            |1|broken ssh-ed25519 \(Self.ed25519)
            """
        #expect(KnownHosts(parsing: Array(text.utf8)).entries.isEmpty)
    }

    @Test("marks revoked keys")
    func revoked() {
        let entries = KnownHosts(parsing: Array("@revoked * ssh-ed25519 \(Self.ed25519)".utf8)).entries(for: "h0")
        #expect(entries.map(\.isRevoked) == [true])
    }

    @Test("knows hashed names, as ssh-keygen -H writes them")
    func hashed() {
        let salt = Array("twenty bytes of salt".utf8)
        let hash = hmacSHA1(key: salt, Array("h0".utf8))
        let text = "|1|\(Base64.encode(salt, padded: true))|\(Base64.encode(hash, padded: true)) ssh-ed25519 \(Self.ed25519)"
        #expect(lines(text, about: "h0") == [1])
        #expect(lines(text, about: "h1") == [])
    }

    @Test("is decoded from the base64 that it is encoded to", arguments: 0..<50)
    func base64(count: Int) {
        let bytes = pattern(count)
        #expect(Base64.decode(Base64.encode(bytes, padded: true).utf8) == bytes)
        #expect(Base64.decode(Base64.encode(bytes, padded: false).utf8) == bytes)
    }
}
