import Plans

/// `multi_endpoint`: several addresses of one storage.
struct EndpointsSection {
    let cursor: Cursor
    var strategy: Endpoints.Strategy
    var endpoints: [Located<String>]

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        strategy =
            section.take("strategy")?.choice(["round_robin": .roundRobin, "least_connections": .leastConnections]) ?? .roundRobin
        endpoints = (section.take("endpoints")?.items() ?? []).compactMap { at in at.word().map { Located(value: $0, at: at) } }
        if !section.has("endpoints") {
            section.missing("endpoints", fix: "endpoints: with the URI of at least one folder")
        } else if endpoints.isEmpty {
            section.place(of: "endpoints")?.fail("must name at least one endpoint")
        }
        section.close()
        check()
    }

    static let mostEndpoints = 256

    private func check() {
        if endpoints.count > Self.mostEndpoints { cursor.fail("more than \(Self.mostEndpoints) endpoints", fix: "fewer of them") }
        let schemes = Set(endpoints.filter { !cursor.reading.isUnknown($0.at.path) }.map { TargetURI.scheme(of: $0.value) ?? "" })
        if schemes.count > 1 {
            cursor.fail(
                "endpoints of different schemes: \(schemes.sorted().joined(separator: ", "))",
                fix: "all endpoints show one and the same namespace: give them one scheme")
        }
        var seen: Set<String> = []
        for endpoint in endpoints where !seen.insert(endpoint.value).inserted {
            endpoint.at.warn("stands here twice, and gets twice the load", fix: "keep one of them")
        }
    }

    /// The endpoints that can be put under load; nil where there is none.
    func plan() -> Endpoints? {
        let uris = endpoints.compactMap(TargetURI.folder)
        return uris.isEmpty ? nil : Endpoints(strategy: strategy, uris: uris)
    }
}
