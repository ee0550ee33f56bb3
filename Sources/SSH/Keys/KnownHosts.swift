import Digests
import Vocabulary

/// A known_hosts file as sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT", describes it: plain names, patterns, hashed names,
/// `[host]:port`, `@revoked`. Lines with `@cert-authority` are passed over, because libssh2 knows no certificates.
struct KnownHosts: Sendable {
    struct Entry: Sendable {
        let line: Int
        let names: Names
        let key: HostKey
        let isRevoked: Bool
    }

    /// Whom a line is about.
    enum Names: Sendable {
        case patterns([String])
        case hashed(salt: [UInt8], hash: [UInt8])
    }

    let entries: [Entry]

    init(parsing bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        entries = lines.enumerated().compactMap { Self.entry($1, line: $0 + 1) }
    }

    private static let cache = FileCache<KnownHosts>()

    /// The file's entries, read once for all hosts.
    static func load(_ path: String) -> Result<KnownHosts, SystemError> { cache.value(path) { KnownHosts(parsing: $0) } }

    /// The entries that are about `name`, which is `host` or `[host]:port`.
    func entries(for name: String) -> [Entry] { entries.filter { $0.names.match(name) } }

    private static func entry(_ line: ArraySlice<UInt8>, line number: Int) -> Entry? {
        var fields = line.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") })[...]
        guard let first = fields.first, first.first != UInt8(ascii: "#") else { return nil }
        var isRevoked = false
        if first.first == UInt8(ascii: "@") {
            guard first.elementsEqual("@revoked".utf8) else { return nil }
            isRevoked = true
            fields = fields.dropFirst()
        }
        let parts = Array(fields)
        guard parts.count >= 3, let names = Names(parts[0]), let key = Base64.decode(parts[2]) else { return nil }
        let hostKey = HostKey(bytes: key)
        guard hostKey.type == String(decoding: parts[1], as: UTF8.self) else { return nil }
        return Entry(line: number, names: names, key: hostKey, isRevoked: isRevoked)
    }
}

extension KnownHosts.Names {
    init?(_ field: ArraySlice<UInt8>) {
        let text = String(decoding: field, as: UTF8.self)
        guard text.hasPrefix("|") else {
            self = .patterns(text.split(separator: ",").map(String.init))
            return
        }
        let parts = text.split(separator: "|").map(String.init)
        guard parts.count == 3, parts[0] == "1", let salt = Base64.decode(parts[1].utf8), let hash = Base64.decode(parts[2].utf8) else {
            return nil
        }
        self = .hashed(salt: salt, hash: hash)
    }

    func match(_ name: String) -> Bool {
        switch self {
        case .hashed(let salt, let hash):
            return hmacSHA1(key: salt, Array(name.lowercased().utf8)) == hash
        case .patterns(let patterns):
            let refused = patterns.contains { $0.hasPrefix("!") && Pattern.matches(name, String($0.dropFirst())) }
            return !refused && patterns.contains { Pattern.matches(name, $0) }
        }
    }
}
