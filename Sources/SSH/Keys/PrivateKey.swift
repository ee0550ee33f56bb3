import Glibc

/// A private key file that can be offered without asking anybody for a passphrase.
struct PrivateKey: Sendable {
    /// Why a file is of no use.
    struct Problem: Error, Hashable {
        let why: String
        var isMissing = false
    }

    let path: String
    /// The file as it is; libssh2 takes it from memory, so that it is read once for all hosts.
    let bytes: [UInt8]

    private static let cache = FileCache<Result<[UInt8], Problem>>()

    static var defaultPaths: [String] { ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(homeDirectory)/.ssh/\($0)" } }

    static func load(_ path: String) -> Result<PrivateKey, Problem> {
        let path = expandingHome(path)
        switch cache.value(path, { bytes in problem(in: bytes).map { .failure($0) } ?? .success(bytes) }) {
        case .failure(let error): return .failure(Problem(why: "cannot be read: \(error.why)", isMissing: error.number == ENOENT))
        case .success(let known): return known.map { PrivateKey(path: path, bytes: $0) }
        }
    }

    /// What keeps a key from being used, seen before a host is asked.
    private static func problem(in bytes: [UInt8]) -> Problem? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("-----BEGIN "), text.contains("PRIVATE KEY-----") else { return Problem(why: "is no private key") }
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") { return encrypted }
        guard let (cipher, type) = openSSHHeader(text) else { return nil }
        if cipher != "none" { return encrypted }
        return type.hasPrefix("sk-") ? Problem(why: "lies on a security key; add it to the ssh agent") : nil
    }

    private static let encrypted = Problem(why: "is encrypted; add it to the ssh agent with ssh-add")

    /// Cipher and key type of a file in OpenSSH's own format (PROTOCOL.key), nil for any other.
    private static func openSSHHeader(_ text: String) -> (cipher: String, type: String)? {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let begin = lines.firstIndex(of: "-----BEGIN OPENSSH PRIVATE KEY-----") else { return nil }
        let body = lines[(begin + 1)...].prefix { !$0.hasPrefix("-----END") }.joined()
        let magic = Array("openssh-key-v1".utf8) + [0]
        guard let bytes = Base64.decode(body.utf8), bytes.starts(with: magic) else { return nil }
        var reader = WireReader(bytes.dropFirst(magic.count))
        guard let cipher = reader.text(), reader.string() != nil, reader.string() != nil, reader.number() != nil,
            let blob = reader.string()
        else { return nil }
        return (cipher, HostKey(bytes: blob).type)
    }
}
