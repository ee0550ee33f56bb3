import Glibc
import Vocabulary

/// The person's ssh configuration files, read only as far as to tell which hosts they treat alike: `ssh -G` costs 5 ms of CPU,
/// and a thousand hosts of one `Host node*` block need it once.
///
/// What `Host` lines decide is known from the name alone. Where anything else decides (`Match`, tokens in a value, canonical names),
/// every host is asked for by itself.
struct ConfigurationFiles: Sendable {
    /// Keywords whose tokens we expand ourselves, or whose values do not matter here.
    private static let harmlessTokens: Set<String> = [
        "identityfile", "certificatefile", "identityagent", "controlpath", "localcommand", "remotecommand", "proxycommand",
        "revokedhostkeys",
    ]
    /// What has no effect on how a host is reached; files with nothing else need no `ssh -G` at all.
    private static let indifferent: Set<String> = [
        "host", "sendenv", "setenv", "hashknownhosts", "gssapiauthentication", "gssapidelegatecredentials", "forwardagent", "forwardx11",
        "forwardx11trusted", "visualhostkey", "serveraliveinterval", "serveralivecountmax", "controlmaster", "controlpath",
        "controlpersist",
        "compression", "loglevel", "addkeystoagent", "include", "escapechar", "tcpkeepalive", "updatehostkeys",
    ]
    private static let mostFiles = 64

    /// The pattern lists of the `Host` lines, in order.
    private(set) var hostLines: [[String]] = []
    /// More than the host's name decides.
    private(set) var isOpaque = false
    /// Nothing in them changes how a host is reached.
    private(set) var isIndifferent = true
    private var filesRead = 0

    /// `file`: what `ssh -F` is given, instead of the person's and the machine's.
    init(file: String?) {
        if let file {
            read(expandingHome(file), base: "/")
        } else {
            let home = Self.passwordHome
            read("\(home)/.ssh/config", base: "\(home)/.ssh")
            read("/etc/ssh/ssh_config", base: "/etc/ssh")
        }
    }

    /// Hosts with the same key are treated alike.
    func key(of host: String) -> String {
        isOpaque ? "=\(host)" : String(hostLines.map { Self.matches(host, $0) ? "1" : "0" })
    }

    private mutating func read(_ path: String, base: String) {
        filesRead += 1
        guard filesRead <= Self.mostFiles else { return isOpaque = true }
        guard case .success(let bytes) = readFile(path) else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) { take(line, base: base) }
    }

    private mutating func take(_ line: Substring, base: String) {
        let line = line.drop(while: \.isWhitespace)
        guard let first = line.first, first != "#" else { return }
        let keyword = line.prefix { !$0.isWhitespace && $0 != "=" }.lowercased()
        let rest = line.dropFirst(keyword.count).drop { $0.isWhitespace || $0 == "=" }
        let words = rest.split(whereSeparator: \.isWhitespace).map { $0.filter { $0 != "\"" } }
        switch keyword {
        case "host": hostLines.append(words)
        case "match": if words.map({ $0.lowercased() }) != ["all"] { isOpaque = true }
        case "include": for word in words { include(word, base: base) }
        case "canonicalizehostname": if words.first?.lowercased() != "no" { isOpaque = true }
        default: if rest.contains("%") && !Self.harmlessTokens.contains(keyword) { isOpaque = true }
        }
        if !Self.indifferent.contains(keyword) { isIndifferent = false }
    }

    private mutating func include(_ pattern: String, base: String) {
        guard !pattern.contains("%"), !pattern.contains("$") else { return isOpaque = true }
        let path =
            pattern.hasPrefix("~/") ? Self.passwordHome + pattern.dropFirst() : pattern.hasPrefix("/") ? pattern : "\(base)/\(pattern)"
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(path, 0, nil, &found) == 0 else { return }
        for index in 0..<Int(found.gl_pathc) {
            if let name = found.gl_pathv[index] { read(String(cString: name), base: base) }
        }
    }

    /// As ssh_config(5), PATTERNS: any must match, none with `!` before it.
    private static func matches(_ host: String, _ patterns: [String]) -> Bool {
        !patterns.contains { $0.hasPrefix("!") && Pattern.matches(host, String($0.dropFirst())) }
            && patterns.contains { Pattern.matches(host, $0) }
    }

    /// ssh(1) goes by the account's entry, not by `HOME`.
    static var passwordHome: String {
        guard let entry = getpwuid(getuid()), let home = entry.pointee.pw_dir else { return homeDirectory }
        return String(cString: home)
    }
}
