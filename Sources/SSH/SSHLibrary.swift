import CLibSSH2

/// The libssh2 that is linked, and what a newer one would do.
package struct SSHLibrary: Sendable {
    package let version: String
    /// What 1.11 has and this one does not; empty where nothing is missing.
    package let lacks: [String]

    package var isCurrent: Bool { lacks.isEmpty }

    package static func examine() -> SSHLibrary {
        var ciphers: Set<String> = []
        if LibSSH2.isReady, let session = muster_ssh_session(nil) {
            var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
            let count = libssh2_session_supported_algs(session, LIBSSH2_METHOD_CRYPT_CS, &names)
            if count > 0, let names {
                for index in 0..<Int(count) { if let name = names[index] { ciphers.insert(String(cString: name)) } }
                libssh2_free(session, names)
            }
            libssh2_session_free(session)
        }
        var lacks: [String] = []
        if !ciphers.contains("aes128-gcm@openssh.com") { lacks.append("AES-GCM (so AES-CTR is used)") }
        if !LibSSH2.agreesOnRSA { lacks += ["RSA host keys with SHA-2 (RSA keys of people work)", "certificates of RSA and Ed25519 keys"] }
        return SSHLibrary(version: LibSSH2.version, lacks: lacks)
    }
}
