import CLibSSH2

/// The libssh2 that is linked, as a whole, and what it cannot do.
package enum LibSSH2 {
    /// Initialised once for the process.
    static let isReady = libssh2_init(0) == 0

    package static var version: String { libssh2_version(0).map { String(cString: $0) } ?? "?" }

    /// Whether it agrees with the host on how RSA keys sign; before 1.11 it knows SHA-1 only.
    static let agreesOnRSA = libssh2_version(0x01_0b_00) != nil

    /// Why a certificate of that type cannot be used; nil where it can, and for plain keys.
    static func objection(toCertificate type: String) -> String? {
        guard type.contains("-cert-v01@"), !type.hasPrefix("ecdsa-"), !agreesOnRSA else { return nil }
        return "certificates of this type need libssh2 1.11, this is \(version); those of ECDSA keys work"
    }
}
