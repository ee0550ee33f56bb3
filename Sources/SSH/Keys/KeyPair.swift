import CLinux
import CSSHKeys
import Glibc

/// A person's key pair as two files: the private key, and `.pub` beside it, which may be put on hosts.
package struct KeyPair: Sendable, Equatable {
    /// Why there is none.
    package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        package let path: String
        package let why: String
        package var description: String { "the key \(path) \(why)" }
    }

    /// The private key's file.
    package let path: String
    /// The line of an authorized_keys file, `type base64 comment`, without its end.
    package let line: String
    /// The key within it, in base64: what tells it from others, whatever stands around it.
    package let encodedKey: String
    /// It was made just now.
    package let isNew: Bool

    /// `SHA256:…`
    package var fingerprint: String { HostKey(bytes: Base64.decode(encodedKey.utf8) ?? []).fingerprint }

    /// The pair at `path`, its public part from `.pub`, else from the private key; made where there is none, if `create`.
    package static func find(_ path: String, create: Bool, comment: String) throws(Problem) -> KeyPair {
        let path = expandingHome(path)
        switch KeyFile.load(path) {
        case .success(let file):
            guard let key = file.publicKey else {
                throw Problem(path: path, why: "does not tell its public key; write it to \(path).pub: ssh-keygen -y -f \(path)")
            }
            return KeyPair(path: path, key: key, comment: publicComment(path, key) ?? comment, isNew: false)
        case .failure(.missing):
            guard create else { throw Problem(path: path, why: "does not exist") }
            return try make(path, comment)
        case .failure(let problem): throw Problem(path: path, why: problem.why)
        }
    }

    private init(path: String, key: [UInt8], comment: String, isNew: Bool) {
        self.path = path
        encodedKey = Base64.encode(key, padded: true)
        line = "\(HostKey(bytes: key).type) \(encodedKey) \(comment)"
        self.isNew = isNew
    }

    /// What stands behind the key in `.pub`, if that is the same key.
    private static func publicComment(_ path: String, _ key: [UInt8]) -> String? {
        guard case .success(let bytes) = readFile("\(path).pub") else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count > 2, Base64.decode(words[1].utf8) == key else { return nil }
        return words[2...].joined(separator: " ")
    }

    /// An Ed25519 key without a passphrase, 0600, in a folder of mode 0700; nothing that is there is overwritten.
    private static func make(_ path: String, _ comment: String) throws(Problem) -> KeyPair {
        var secret = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        defer { secret.withUnsafeMutableBytes { muster_forget($0.baseAddress, $0.count) } }
        var shared = [UInt8](repeating: 0, count: 32)
        guard muster_ed25519_public(secret, &shared) == 0 else {
            throw Problem(path: path, why: "cannot be made: libcrypto has no Ed25519")
        }
        let publicKey = WireReader.string(Array("ssh-ed25519".utf8)) + WireReader.string(shared)
        let pair = KeyPair(path: path, key: publicKey, comment: comment, isNew: true)
        if let slash = path.lastIndex(of: "/") { mkdir(String(path[..<slash]), 0o700) }
        try write(privateFile(secret, shared, publicKey, comment), to: path, mode: 0o600)
        try write(pair.line + "\n", to: "\(path).pub", mode: 0o644)
        return pair
    }

    /// OpenSSH's PROTOCOL.key.
    private static func privateFile(_ secret: [UInt8], _ shared: [UInt8], _ publicKey: [UInt8], _ comment: String) -> String {
        let text = { (text: String) in WireReader.string(Array(text.utf8)) }
        let number = { (number: UInt32) in withUnsafeBytes(of: number.bigEndian, Array.init) }
        let check = number(.random(in: .min ... .max))
        var section = check + check + publicKey + WireReader.string(secret + shared) + text(comment)
        section += (1...8).prefix((8 - section.count % 8) % 8).map { UInt8($0) }
        let body = Array("openssh-key-v1".utf8) + [0] + text("none") + text("none") + text("") + number(1)
        let encoded = Array(Base64.encode(body + WireReader.string(publicKey) + WireReader.string(section), padded: true))
        let lines = stride(from: 0, to: encoded.count, by: 70).map { String(encoded[$0..<min($0 + 70, encoded.count)]) }
        return "-----BEGIN OPENSSH PRIVATE KEY-----\n\(lines.joined(separator: "\n"))\n-----END OPENSSH PRIVATE KEY-----\n"
    }

    private static func write(_ text: String, to path: String, mode: mode_t) throws(Problem) {
        let descriptor = muster_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Problem(path: path, why: "cannot be made: \(errorText(errno))") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count, fsync(descriptor) == 0 else {
            unlink(path)
            throw Problem(path: path, why: "cannot be written: \(errorText(errno))")
        }
    }
}
