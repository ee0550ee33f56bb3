import Vocabulary

/// Why a text is no address.
package struct AddressError: Error, Sendable, Equatable {
    package var what: String
    package var fix: String?

    init(_ what: String, fix: String? = nil) {
        self.what = what
        self.fix = fix
    }
}

/// Where an agent is: this machine, or a host with what was written around its name.
package enum AgentAddress: Sendable, Equatable {
    case local
    case host(HostName, user: String?, port: Int?)

    /// The host's name, or `local`.
    package var name: String {
        switch self {
        case .local: "local"
        case .host(let host, _, _): host.text
        }
    }

    /// `local`, `host`, `host:port`, `user@host`, `[::1]:port`, and with ranges `host[01-03,07]` for host01, host02, host03, host07.
    package static func expand(_ text: String) throws(AddressError) -> [AgentAddress] {
        if text == "local" { return [.local] }
        var rest = text[...]
        var user: String?
        if let at = rest.lastIndex(of: "@") {
            user = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        guard user?.isEmpty != true, !text.contains("://"), let (host, port) = split(rest) else {
            throw AddressError("`\(text)` is no address", fix: "a host, host:port, user@host, or `local` for a process of this machine")
        }
        if let port, !(1...65_535).contains(port) {
            throw AddressError("a port is between 1 and 65535, not \(port)")
        }
        guard let hosts = expandRange(host) else {
            throw AddressError("`\(host)` is no range of at most 10000 hosts", fix: "host[01-16], host[1-8,12]")
        }
        if let bad = hosts.first(where: { !isHostName($0) }) {
            throw AddressError("`\(bad)` is no host name")
        }
        return hosts.map { .host(HostName($0), user: user, port: port) }
    }

    /// The parts of a list, cut at the commas that stand in no brackets, without the blanks around them.
    package static func separated(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if character == "," && depth <= 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.map { part in
            let bare = part.drop(while: \.isWhitespace)
            return String(bare.prefix(upTo: bare.lastIndex { !$0.isWhitespace }.map(bare.index(after:)) ?? bare.startIndex))
        }.filter { !$0.isEmpty }
    }

    /// `user@host[01-03]:port` as a text for each host; nil where that makes no sense.
    package static func expandedNames(_ text: String) -> [String]? {
        let tail = text.lastIndex(of: "@").map(text.index(after:)) ?? text.startIndex
        return expandRange(String(text[tail...])).map { hosts in hosts.map { text[..<tail] + $0 } }
    }

    /// Host and port; nil where the port is no number.
    private static func split(_ text: Substring) -> (String, Int?)? {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let host = String(text[text.index(after: text.startIndex)..<end])
            let tail = text[text.index(after: end)...]
            if tail.isEmpty { return (host, nil) }
            guard tail.hasPrefix(":"), let port = Int(tail.dropFirst()) else { return nil }
            return (host, port)
        }
        guard let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon else {
            return text.isEmpty ? nil : (String(text), nil)
        }
        guard let port = Int(text[text.index(after: colon)...]), colon != text.startIndex else { return nil }
        return (String(text[..<colon]), port)
    }

    /// nil where a range makes no sense or there are too many hosts.
    static func expandRange(_ host: String) -> [String]? {
        if host.hasPrefix("[") { return [host] }
        guard let open = host.firstIndex(of: "[") else { return host.contains("]") ? nil : [host] }
        guard let close = host[open...].firstIndex(of: "]"),
            let rest = expandRange("x" + host[host.index(after: close)...])
        else { return nil }
        var numbers: [String] = []
        for part in host[host.index(after: open)..<close].split(separator: ",", omittingEmptySubsequences: false) {
            guard let more = Self.numbers(part), (numbers.count + more.count) * rest.count <= 10_000 else { return nil }
            numbers += more
        }
        return numbers.flatMap { number in rest.map { host[..<open] + number + $0.dropFirst() } }
    }

    /// `07`, or all of `01-16`, with as many digits as the first has.
    private static func numbers(_ text: Substring) -> [String]? {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false)
        let isPlain = bounds.allSatisfy { !$0.isEmpty && $0.count < 16 && $0.allSatisfy { $0.isASCII && $0.isNumber } }
        guard isPlain, (1...2).contains(bounds.count), let first = Int(bounds[0]), let last = Int(bounds[bounds.count - 1]), last >= first,
            last - first < 10_000
        else { return nil }
        return (first...last).map { String(repeating: "0", count: max(0, bounds[0].count - "\($0)".count)) + "\($0)" }
    }

    private static func isHostName(_ text: String) -> Bool {
        text.utf8.count <= 253 && !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-:%".unicodeScalars.contains($0))
            }
    }
}
