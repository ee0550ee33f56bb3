import CLinux
import Glibc
import Synchronization
import Vocabulary

/// Whether a host's key is the one that is known, by the rule that the target names.
struct HostKeyCheck {
    /// Types in the order in which they are asked for where none is known; SHA-1 signatures (`ssh-rsa`) last.
    private static let types = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa",
    ]
    /// Two hosts that are new at the same time write one after the other.
    private static let writing = Mutex(())

    private let target: SSHTarget

    init(_ target: SSHTarget) { self.target = target }

    /// libssh2's preference: the types that are known for this host first, so that a host with several keys shows one that
    /// can be checked.
    var preferredTypes: String {
        let known = Set(
            files.flatMap { path in (try? KnownHosts.load(path).get().entries(for: target.knownHostsName)) ?? [] }
                .filter { !$0.isRevoked }.map(\.key.type))
        let isKnown = { (type: String) in known.contains(type.hasPrefix("rsa-sha2") ? "ssh-rsa" : type) }
        return (Self.types.filter(isKnown) + Self.types.filter { !isKnown($0) }).joined(separator: ",")
    }

    /// Whether some key is known for this host.
    var isKnown: Bool {
        files.contains { path in
            guard case .success(let hosts) = KnownHosts.load(path) else { return false }
            return hosts.entries(for: target.knownHostsName).contains { !$0.isRevoked }
                || target.port != 22 && target.hostKeyAlias == nil && hosts.entries(for: target.dialled).contains { !$0.isRevoked }
        }
    }

    /// Why the key cannot be trusted; nil where it can.
    func objection(to bytes: [UInt8]) -> SSHError? {
        if case .off = target.hostKeys { return nil }
        let key = HostKey(bytes: bytes)
        var known: [(file: String, entry: KnownHosts.Entry)] = []
        for path in files {
            switch KnownHosts.load(path) {
            case .success(let hosts): known += hosts.entries(for: target.knownHostsName).map { (path, $0) }
            case .failure(let error):
                if error.number != ENOENT { return .knownHostsUnusable(path: path, why: error.why) }
            }
        }
        let same = known.filter { $0.entry.key == key }
        if let revoked = same.first(where: { $0.entry.isRevoked }) {
            return .hostKeyRevoked(dispute(key, file: "\(revoked.file):\(revoked.entry.line)"))
        }
        if !same.isEmpty { return nil }
        let others = known.filter { !$0.entry.isRevoked }
        if let first = others.first {
            let fingerprints = others.map { "\($0.entry.key.type) \($0.entry.key.fingerprint)" }
            return .hostKeyChanged(dispute(key, known: fingerprints, file: "\(first.file):\(first.entry.line)"))
        }
        return new(key)
    }

    private func new(_ key: HostKey) -> SSHError? {
        if target.port != 22, target.hostKeyAlias == nil, isKnownWithoutPort(key) { return nil }
        guard case .acceptNew = target.hostKeys else { return .hostKeyUnknown(dispute(key, file: files[0])) }
        return Self.note(target.knownHostsName, key, to: files[0])
    }

    /// Adds a line to a known_hosts file, which is made where there is none.
    static func note(_ name: String, _ key: HostKey, to path: String) -> SSHError? {
        let line = "\(name) \(key.type) \(Base64.encode(key.bytes, padded: true))\n"
        return writing.withLock { _ in append(line, to: path) }
    }

    /// As ssh(1) does: a host that is known by its plain name may show that key on another port.
    private func isKnownWithoutPort(_ key: HostKey) -> Bool {
        files.contains { path in
            let entries = (try? KnownHosts.load(path).get().entries(for: target.dialled)) ?? []
            return entries.contains { $0.key == key && !$0.isRevoked } && !entries.contains { $0.key == key && $0.isRevoked }
        }
    }

    /// The files that are asked; a new key goes into the first.
    private var files: [String] {
        switch target.hostKeys {
        case .off: []
        case .ask(let path?), .strict(let path?), .acceptNew(let path?): [expandingHome(path)]
        case .ask(nil), .strict(nil), .acceptNew(nil): target.knownHostsFiles.map(expandingHome)
        }
    }

    private func dispute(_ key: HostKey, known: [String] = [], file: String) -> HostKeyDispute {
        HostKeyDispute(
            host: target.host.text, port: target.port, name: target.knownHostsName, type: key.type, shown: key.fingerprint, known: known,
            file: file, key: key.bytes)
    }

    private static func append(_ line: String, to path: String) -> SSHError? {
        if let slash = path.lastIndex(of: "/") { mkdir(String(path[..<slash]), 0o700) }
        let descriptor = muster_open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return .knownHostsUnusable(path: path, why: errorText(errno)) }
        defer { close(descriptor) }
        var last: UInt8 = 0
        let end = lseek(descriptor, 0, SEEK_END)
        let endsMidLine = end > 0 && pread(descriptor, &last, 1, end - 1) == 1 && last != UInt8(ascii: "\n")
        let bytes = Array((endsMidLine ? "\n" + line : line).utf8)
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
        return written == bytes.count ? nil : .knownHostsUnusable(path: path, why: "the new key could not be written down")
    }
}
