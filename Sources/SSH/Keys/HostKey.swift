import Digests

/// A host's public key as it travels: its type's name and what belongs to it.
struct HostKey: Sendable, Hashable {
    let bytes: [UInt8]

    /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, …; empty for what is no key.
    var type: String {
        var reader = WireReader(bytes)
        return reader.text() ?? ""
    }

    /// As `ssh-keygen -l` prints it.
    var fingerprint: String { "SHA256:" + Base64.encode(SHA256.digest(of: bytes), padded: false) }
}
