import CSSHKeys
import Glibc

/// A private key file, read once for all hosts: what it says of itself, and how it comes to sign.
struct KeyFile: Sendable {
    /// Who signs with it.
    enum Lock: Sendable {
        case open(OpenKey)
        case locked(LockedKey)
    }

    let path: String
    let lock: Lock
    /// As it is offered: nil where only the passphrase tells.
    let publicKey: [UInt8]?
    /// What stands in `<path>-cert.pub`, if anything does.
    let certificate: [UInt8]?

    private static let cache = FileCache<Result<Lock, KeyProblem>>()
    private static let publicCache = FileCache<[UInt8]?>()

    static var defaultPaths: [String] { ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(homeDirectory)/.ssh/\($0)" } }

    static func load(_ path: String) -> Result<KeyFile, KeyProblem> {
        let path = expandingHome(path)
        switch cache.value(path, { lock(of: $0, path) }) {
        case .failure(let error) where error.number == ENOENT: return .failure(.missing)
        case .failure(let error): return .failure(.unusable("cannot be read: \(error.why)"))
        case .success(let read):
            return read.map { lock in
                KeyFile(
                    path: path, lock: lock, publicKey: publicKey(of: lock, path),
                    certificate: publicPart("\(path)-cert.pub", isCertificate: true))
            }
        }
    }

    private static func lock(of bytes: [UInt8], _ path: String) -> Result<Lock, KeyProblem> {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("-----BEGIN "), text.contains("PRIVATE KEY-----") else { return .failure(.unusable("is no private key")) }
        if let key = OpenSSHKey(text) {
            if key.type.hasPrefix("sk-") { return .failure(.unusable("lies on a security key; add it to the ssh agent")) }
            if key.isEncrypted { return .success(.locked(LockedKey(path, publicKey: key.publicKey) { key.open(passphrase: $0) })) }
            return key.open(passphrase: nil).map { .open($0) }
        }
        switch OpenKey.pem(bytes, passphrase: nil) {
        case .success(let key): return .success(.open(key))
        case .failure(.encrypted): return .success(.locked(LockedKey(path, publicKey: nil) { OpenKey.pem(bytes, passphrase: $0) }))
        case .failure(let problem): return .failure(problem)
        }
    }

    private static func publicKey(of lock: Lock, _ path: String) -> [UInt8]? {
        switch lock {
        case .open(let key): key.publicKey
        case .locked(let key): key.publicKey ?? publicPart("\(path).pub", isCertificate: false)
        }
    }

    /// The key of a `.pub` file, `type base64 comment`; nil where there is none or it is of the other kind.
    private static func publicPart(_ path: String, isCertificate: Bool) -> [UInt8]? {
        let read = publicCache.value(path) { bytes -> [UInt8]? in
            let fields = bytes.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") })
            return fields.count >= 2 ? Base64.decode(fields[1]) : nil
        }
        guard case .success(let key?) = read, HostKey(bytes: key).type.contains("-cert-v01@") == isCertificate else { return nil }
        return key
    }
}
