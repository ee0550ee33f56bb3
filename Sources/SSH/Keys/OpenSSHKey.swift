import CSSHKeys

/// A private key file in OpenSSH's own format (PROTOCOL.key), read as far as that goes without its passphrase.
struct OpenSSHKey {
    private static let magic = Array("openssh-key-v1".utf8) + [0]
    private static let begin = "-----BEGIN OPENSSH PRIVATE KEY-----"
    private static let tagLength = 16
    /// Rounds of the key derivation that are still bearable: a minute or so.
    private static let mostRounds = 4_000

    let publicKey: [UInt8]
    private let cipher: String
    private let salt: [UInt8]
    private let rounds: Int
    private let section: [UInt8]
    /// What stands behind the private section: some ciphers' tag.
    private let tag: [UInt8]

    var isEncrypted: Bool { cipher != "none" }
    var type: String { HostKey(bytes: publicKey).type }

    /// nil where the file is of another format.
    init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let first = lines.firstIndex(of: Self.begin[...]) else { return nil }
        let body = lines[(first + 1)...].prefix { !$0.hasPrefix("-----END") }.joined()
        guard let bytes = Base64.decode(body.utf8), bytes.starts(with: Self.magic) else { return nil }
        var reader = WireReader(bytes.dropFirst(Self.magic.count))
        guard let cipher = reader.text(), reader.string() != nil, let options = reader.string(), reader.number() != nil,
            let publicKey = reader.string(), let section = reader.string()
        else { return nil }
        var optionReader = WireReader(options)
        self.cipher = cipher
        self.publicKey = publicKey
        self.section = section
        salt = optionReader.string() ?? []
        rounds = optionReader.number() ?? 0
        tag = reader.remainder
    }

    /// Opens it, with the passphrase where it is encrypted; 0.1 s or more of CPU then, in which the thread is busy.
    func open(passphrase: [UInt8]?) -> Result<OpenKey, KeyProblem> {
        var plain = section
        defer { plain.withUnsafeMutableBytes { muster_forget($0.baseAddress, $0.count) } }
        if isEncrypted {
            guard let passphrase else { return .failure(.encrypted) }
            if let problem = decrypt(&plain, passphrase) { return .failure(problem) }
        }
        var reader = WireReader(plain)
        guard let first = reader.number(), let second = reader.number(), first == second else {
            return .failure(isEncrypted ? .wrongPassphrase : .unusable("is damaged"))
        }
        guard let key = OpenKey.openSSH(section: plain[8...]) else {
            return .failure(.unusable("holds a key of a type that is not supported: \(type)"))
        }
        return .success(key)
    }

    private func decrypt(_ bytes: inout [UInt8], _ passphrase: [UInt8]) -> KeyProblem? {
        let keyLength = muster_cipher_key_length(cipher)
        let length = keyLength + muster_cipher_iv_length(cipher)
        guard keyLength > 0, rounds <= Self.mostRounds else { return .unusable("is encrypted in a way that is not supported: \(cipher)") }
        var derived = [UInt8](repeating: 0, count: length)
        defer { derived.withUnsafeMutableBytes { muster_forget($0.baseAddress, $0.count) } }
        guard muster_bcrypt_pbkdf(passphrase, passphrase.count, salt, salt.count, UInt32(rounds), &derived, length) == 0 else {
            return .wrongPassphrase
        }
        let vector = Array(derived[keyLength...])
        let status =
            tag.count >= Self.tagLength
            ? muster_cipher_decrypt(cipher, derived, vector, &bytes, bytes.count, tag)
            : muster_cipher_decrypt(cipher, derived, vector, &bytes, bytes.count, nil)
        return status == 0 ? nil : .wrongPassphrase
    }
}
