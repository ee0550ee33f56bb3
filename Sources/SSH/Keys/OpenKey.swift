import CSSHKeys
import Glibc

/// A private key that can sign, opened once and used by every login of the process, on any thread.
///
/// `@unchecked`: libcrypto signs with one key on several threads at once, and nothing here changes it.
final class OpenKey: @unchecked Sendable {
    /// Bytes of the longest public key and signature: RSA of 16,384 bits.
    private static let room = 5_000

    private let handle: OpaquePointer
    /// As it travels, without a certificate.
    let publicKey: [UInt8]

    /// Takes the handle over; nil where there is none or its type is none of SSH's.
    private init?(_ handle: OpaquePointer?) {
        guard let handle else { return nil }
        self.handle = handle
        publicKey = [UInt8](unsafeUninitializedCapacity: Self.room) { $1 = muster_key_public(handle, $0.baseAddress, Self.room) }
        if publicKey.isEmpty { return nil }
    }

    deinit { muster_key_free(handle) }

    /// The signature's own bytes; nil where it cannot be made. RSA with SHA-`bits`.
    func sign(_ message: [UInt8], bits: Int) -> [UInt8]? {
        let signature = [UInt8](unsafeUninitializedCapacity: Self.room) {
            $1 = muster_key_sign(handle, Int32(bits), message, message.count, $0.baseAddress, Self.room)
        }
        return signature.isEmpty ? nil : signature
    }

    /// The private section of an OpenSSH key file, decrypted, behind its check numbers.
    static func openSSH(section: ArraySlice<UInt8>) -> OpenKey? {
        section.withUnsafeBufferPointer { OpenKey(muster_key_from_openssh($0.baseAddress, $0.count)) }
    }

    static func pem(_ bytes: [UInt8], passphrase: [UInt8]?) -> Result<OpenKey, KeyProblem> {
        var problem: Int32 = 0
        let handle = muster_key_from_pem(bytes, bytes.count, passphrase, passphrase?.count ?? 0, &problem)
        if let key = OpenKey(handle) { return .success(key) }
        return switch UInt32(problem) {
        case MUSTER_KEY_NEEDS_PASSPHRASE.rawValue: .failure(.encrypted)
        case MUSTER_KEY_WRONG_PASSPHRASE.rawValue: .failure(.wrongPassphrase)
        default: .failure(.unusable("cannot be used: it is damaged, or of a type that SSH does not know"))
        }
    }
}

/// Why a key file is of no use.
enum KeyProblem: Error, Hashable {
    case missing
    case encrypted
    case wrongPassphrase
    /// In words that follow the file's name.
    case unusable(String)

    var why: String {
        switch self {
        case .missing: "cannot be read: \(errorText(ENOENT))"
        case .encrypted: "is encrypted; add it to the ssh agent with ssh-add, or run where its passphrase can be asked for"
        case .wrongPassphrase: "is encrypted, and the passphrase was wrong"
        case .unusable(let why): why
        }
    }
}
