import Plans
import Vocabulary

/// What a path or URI of the playbook means for one agent: below its endpoints or its target, in its own folder.
struct StoragePlaces {
    /// Where something lies for one agent.
    struct Place {
        var uri: String
        /// Whether operations on it may go to any of the agent's endpoints.
        var spreads: Bool
    }

    let playbook: Playbook
    let apart: Bool
    /// The common target, ending in `/`.
    private let target: String?
    /// Every agent's endpoints.
    private let endpoints: Set<String>
    /// Folders that prepare fills, as whole URIs ending in `/`.
    private let bases: Set<String>

    init(playbook: Playbook, agents: [PlannedAgent], apart: Bool) {
        self.playbook = playbook
        self.apart = apart
        target = playbook.target.map { Self.folder($0.value) }
        endpoints = Set(agents.flatMap { $0.endpoints?.uris ?? [] })
        let written = (playbook.prepare?.sets.map(\.base) ?? []) + [playbook.prepare?.tree?.base]
        bases = Set(written.compactMap { $0?.value }.filter { TargetURI.scheme(of: $0) != nil }.map(Self.folder))
    }

    private static func folder(_ uri: String) -> String {
        let uri = TargetURI.plain(uri)
        return uri.hasSuffix("/") ? uri : uri + "/"
    }

    /// A folder for one agent; nil, and a problem, where it is relative to nothing.
    func folder(_ written: Located<String>?, usesEndpoints: Bool?, at cursor: Cursor, for agent: PlannedAgent) -> Place? {
        guard let written else {
            if let base = base(of: agent, usesEndpoints: usesEndpoints) {
                return Place(uri: base.uri + agent.folder, spreads: base.spreads)
            }
            if !playbook.cursor.hasKey("target") {
                cursor.fail("there is neither a base_uri nor a target", fix: "target: \"file:///path/to/folder/\"")
            }
            return nil
        }
        guard var place = place(written, usesEndpoints: usesEndpoints, for: agent) else { return nil }
        if !place.uri.hasSuffix("/") { place.uri += "/" }
        return place
    }

    /// What a path or URI means for one agent.
    func place(_ written: Located<String>, usesEndpoints: Bool?, for agent: PlannedAgent) -> Place? {
        if TargetURI.scheme(of: written.value) != nil {
            return TargetURI.check(written) ? place(of: written, usesEndpoints: usesEndpoints, for: agent) : nil
        }
        guard TargetURI.staysInside(written.value, at: written.at) else { return nil }
        guard let base = base(of: agent, usesEndpoints: usesEndpoints) else {
            // A target that is written and wrong is told of at its own place.
            if !playbook.cursor.hasKey("target") {
                written.at.fail("a relative path, and there is no target", fix: "target: \"file:///path/to/folder/\"")
            }
            return nil
        }
        return Place(uri: base.uri + agent.folder + written.value.drop(while: { $0 == "/" }), spreads: base.spreads)
    }

    private func base(of agent: PlannedAgent, usesEndpoints: Bool?) -> Place? {
        let endpoint = agent.endpoints?.uris.first
        if usesEndpoints != false, let endpoint { return Place(uri: endpoint, spreads: true) }
        return (agent.target ?? endpoint).map { Place(uri: $0, spreads: false) }
    }

    /// A whole URI below the target or an endpoint is what its path below that would be; elsewhere the agent's folder goes into it.
    private func place(of written: Located<String>, usesEndpoints: Bool?, for agent: PlannedAgent) -> Place {
        let uri = TargetURI.plain(written.value)
        if let rest = rest(of: uri, usesEndpoints: usesEndpoints, for: agent), let base = base(of: agent, usesEndpoints: usesEndpoints) {
            return Place(uri: base.uri + agent.folder + rest, spreads: base.spreads)
        }
        if usesEndpoints == true, agent.endpoints != nil {
            written.at.warn(
                "lies outside every endpoint: it goes there and nowhere else",
                fix: "a path below the endpoints, or use_multi_endpoint: false")
        }
        guard !agent.folder.isEmpty else { return Place(uri: uri, spreads: false) }
        let fixed = uri.prefix(while: { $0 != "*" && $0 != "{" })
        let root = base(around: uri) ?? fixed[...(fixed.lastIndex(of: "/") ?? fixed.startIndex)]
        guard uri.count >= root.count else { return Place(uri: root + agent.folder, spreads: false) }
        return Place(uri: root + agent.folder + uri.dropFirst(root.count), spreads: false)
    }

    /// What of `uri` is below the longest of the target and the endpoints that it is below.
    private func rest(of uri: String, usesEndpoints: Bool?, for agent: PlannedAgent) -> Substring? {
        let own = usesEndpoints == false ? [] : agent.endpoints?.uris ?? []
        let all = own.isEmpty || apart ? [] : endpoints
        func isRoot(_ folder: String) -> Bool {
            folder == target || folder == agent.target || all.contains(folder) || own.contains(folder)
        }
        if !uri.hasSuffix("/"), isRoot(uri + "/") { return "" }
        // Roots end in `/`: only what is before one can be a root.
        var end = uri.endIndex
        while let slash = uri[..<end].lastIndex(of: "/") {
            let below = uri.index(after: slash)
            if isRoot(String(uri[..<below])) { return uri[below...] }
            end = slash
        }
        return nil
    }

    /// The widest folder that prepare fills and `uri` is in: its prepare and its load must go into the same.
    private func base(around uri: String) -> Substring? {
        guard !bases.isEmpty else { return nil }
        let text = uri.hasSuffix("/") ? uri : uri + "/"
        var index = text.startIndex
        while let slash = text[index...].firstIndex(of: "/") {
            index = text.index(after: slash)
            if bases.contains(String(text[..<index])) { return text[..<index] }
        }
        return nil
    }

    /// What two agents must have in common to see the same objects there.
    func namespace(of place: Place, for agent: PlannedAgent) -> String {
        guard place.spreads, let endpoint = agent.endpoints?.uris.first else { return place.uri }
        let rest = place.uri.dropFirst(endpoint.count)
        if playbook.distributed?.sharedFilesystem?.value == true { return "//\(rest)" }
        // `s3://10.0.0.1:9000/bucket/` is an address of a bucket, `s3://bucket/` the bucket.
        let parts = endpoint.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        guard parts.count == 3, parts[1].contains(":") else { return place.uri }
        return "\(parts[0])//\(parts[2])\(rest)"
    }
}
