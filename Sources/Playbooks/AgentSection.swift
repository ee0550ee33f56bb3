import Plans
import Vocabulary

/// One entry of `distributed.agents`, or one host of a range in it.
struct AgentSection {
    let cursor: Cursor
    var address: Located<AgentAddress>
    var id: Located<AgentID>?
    var targetOverride: Located<String>?
    var concurrencyOverride: Int?
    var environment: [String: String]
    var pathTemplate: Located<String>?
    var listenPort: Int?
    var sshPort: Int?
    var endpoints: EndpointsSection?
    var ledgerDirectory: String?
    var volumes: Cursor?
    var ports: Cursor?

    /// The agents that an entry stands for: one, or one a host of `host[01-03]`.
    static func read(_ cursor: Cursor) -> [AgentSection] {
        guard let section = cursor.section() else { return [] }
        let addressPlace = section.take("address")
        if !section.has("address") || addressPlace == nil { section.missing("address", fix: "a host, host:port, or `local` for a process of this machine") }
        let addresses = addressPlace?.word().flatMap { text in addressPlace.flatMap { AgentAddress.expand(text, at: $0) } } ?? []
        let idPlace = section.take("id")
        let id = addresses.count > 1 ? nil : idPlace.flatMap(readID)
        if let idPlace, addresses.count > 1 {
            idPlace.fail("one id for \(addresses.count) hosts", fix: "leave the id out, or write the hosts one by one")
        }
        let template = section.take("path_template").flatMap(readPathTemplate)
        let override = section.take("target_override").flatMap { at in at.word().map { Located(value: $0, at: at) } }
        let concurrency = section.take("concurrency_override")?.integer(1...65_536)
        let environment = section.take("env").map(readEnvironment) ?? [:]
        let listenPort = section.take("listen_port")?.integer(1...65_535)
        let sshPort = section.take("ssh_port")?.integer(1...65_535)
        let endpoints = section.take("multi_endpoint").flatMap(EndpointsSection.init)
        let ledger = section.take("kv_cache_dir").flatMap(readDirectory)
        let volumes = section.take("volumes")
        let ports = section.take("ports")
        for list in [volumes, ports].compactMap({ $0 }) { _ = list.items()?.compactMap { $0.word() } }
        section.close()
        guard let addressPlace else { return [] }
        return addresses.map { address in
            AgentSection(
                cursor: cursor, address: Located(value: address, at: addressPlace), id: id, targetOverride: override,
                concurrencyOverride: concurrency, environment: environment, pathTemplate: template, listenPort: listenPort,
                sshPort: sshPort, endpoints: endpoints, ledgerDirectory: ledger, volumes: volumes, ports: ports)
        }
    }

    private static func readID(_ cursor: Cursor) -> Located<AgentID>? {
        guard let text = cursor.word() else { return nil }
        guard let id = AgentID(text) else {
            cursor.fail("`\(text)` cannot name an agent", fix: "1 to 64 of A–Z a–z 0–9 . _ -, not beginning with . or -")
            return nil
        }
        return Located(value: id, at: cursor)
    }
}

/// Where an agent is: this machine, or a host with what was written around its name.
enum AgentAddress: Equatable {
    case local
    case host(HostName, user: String?, port: Int?)

    /// `local`, `host`, `host:port`, `user@host`, `[::1]:port`, and `host[01-03]` for host01, host02, host03.
    static func expand(_ text: String, at cursor: Cursor) -> [AgentAddress]? {
        if text == "local" { return [.local] }
        var rest = text[...]
        var user: String?
        if let at = rest.lastIndex(of: "@") {
            user = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        guard user?.isEmpty != true, !text.contains("://"), let (host, port) = split(rest) else {
            cursor.fail("`\(text)` is no address", fix: "a host, host:port, user@host, or `local` for a process of this machine")
            return nil
        }
        if let port, !(1...65_535).contains(port) {
            cursor.fail("a port is between 1 and 65535, not \(port)")
            return nil
        }
        guard let hosts = expandRange(host) else {
            cursor.fail("`\(host)` is no range of at most 10000 hosts", fix: "host[01-16]")
            return nil
        }
        if let bad = hosts.first(where: { !isHostName($0) }) {
            cursor.fail("`\(bad)` is no host name")
            return nil
        }
        return hosts.map { .host(HostName($0), user: user, port: port) }
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
        guard let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon else { return text.isEmpty ? nil : (String(text), nil) }
        guard let port = Int(text[text.index(after: colon)...]), colon != text.startIndex else { return nil }
        return (String(text[..<colon]), port)
    }

    private static func expandRange(_ host: String) -> [String]? {
        guard let open = host.firstIndex(of: "["), !host.hasPrefix("[") else { return host.contains("]") ? nil : [host] }
        guard let close = host[open...].firstIndex(of: "]") else { return nil }
        let bounds = host[host.index(after: open)..<close].split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = Int(bounds[0]), let last = Int(bounds[1]), first >= 0, last >= first, last - first < 10_000 else {
            return nil
        }
        let width = bounds[0].count
        return (first...last).map { number in
            let digits = "\(number)"
            return host[..<open] + String(repeating: "0", count: max(0, width - digits.count)) + digits + host[host.index(after: close)...]
        }
    }

    private static func isHostName(_ text: String) -> Bool {
        text.utf8.count <= 253 && !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-:%".unicodeScalars.contains($0)) }
    }
}
