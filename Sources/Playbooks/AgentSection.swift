import Plans
import Vocabulary

/// One entry of `distributed.agents`, or one host of a range in it.
struct AgentSection {
    let cursor: Cursor
    /// nil: none could be read, and the problems say why.
    var address: Located<AgentAddress>?
    var id: Located<AgentID>?
    var targetOverride: Located<String>?
    var concurrencyOverride: Int?
    var environment: [String: String] = [:]
    var pathTemplate: Located<String>?
    var listenPort: Int?
    var sshPort: Int?
    var endpoints: EndpointsSection?
    var ledgerDirectory: String?
    var volumes: Located<[VolumeMount]>?
    var ports: Located<[PublishedPort]>?

    /// The agents that an entry stands for: one, or one a host of `host[01-03]`; one without an address where none could be read, so
    /// that everything else can be checked for it.
    static func read(_ cursor: Cursor) -> [AgentSection] {
        if case .scalar(let text) = cursor.value.content {
            cursor.fail("should be a map, not \(cursor.value.kind)", fix: "- {address: \"\(text)\"}")
            return [AgentSection(cursor: cursor)]
        }
        guard let section = cursor.section() else { return [AgentSection(cursor: cursor)] }
        let addressPlace = section.take("address")
        if addressPlace == nil {
            section.missing("address", fix: "a host, host:port, or `local` for a process of this machine")
        }
        let addresses = addressPlace?.word().flatMap { text in addressPlace.flatMap { AgentAddress.expand(text, at: $0) } } ?? []
        let idPlace = section.take("id")
        let id = addresses.count > 1 ? nil : idPlace.flatMap(readID)
        if let idPlace, addresses.count > 1 {
            idPlace.fail("one id for \(addresses.count) hosts", fix: "leave the id out, or write the hosts one by one")
        }
        let template = section.take("path_template").flatMap(readPathTemplate)
        let override = section.located("target_override") { $0.word() }
        let concurrency = section.take("concurrency_override")?.integer()
        let environment = section.take("env").map(readEnvironment) ?? [:]
        let listenPort = section.take("listen_port")?.integer()
        let sshPort = section.take("ssh_port")?.integer()
        let endpoints = section.take("multi_endpoint").flatMap(EndpointsSection.init)
        let ledger = section.take("kv_cache_dir").flatMap(readDirectory)
        let volumes = section.located("volumes") { $0.items()?.compactMap(VolumeMount.init) }
        let ports = section.located("ports") { $0.items()?.compactMap(PublishedPort.init) }
        section.close()
        let written = addresses.isEmpty ? [nil] : addresses.map(Optional.some)
        return written.map { value in
            let address = value.flatMap { value in addressPlace.map { Located(value: value, at: $0) } }
            return AgentSection(
                cursor: cursor, address: address, id: id, targetOverride: override,
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

extension AgentAddress {
    /// nil where the text is no address; the cursor then has the problem.
    static func expand(_ text: String, at cursor: Cursor) -> [AgentAddress]? {
        do throws(AddressError) {
            return try expand(text)
        } catch {
            cursor.fail(error.what, fix: error.fix)
            return nil
        }
    }
}
