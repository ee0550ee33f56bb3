/// `multi_endpoint`: several addresses of one storage.
struct EndpointsSection {
    let cursor: Cursor
    var endpoints: [Located<String>]

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        _ = section.take("strategy")?.choice(["round_robin": 0, "least_connections": 1])
        endpoints = (section.take("endpoints")?.items() ?? []).compactMap { at in at.word().map { Located(value: $0, at: at) } }
        if !section.has("endpoints") {
            section.missing("endpoints")
        } else if endpoints.isEmpty {
            section.place(of: "endpoints")?.fail("must name at least one endpoint")
        }
        section.close()
    }

    /// One endpoint is a target by another name; several at once are not carried out yet.
    func soleTarget() -> Located<String>? {
        let schemes = Set(endpoints.map { TargetURI.scheme(of: $0.value) ?? "" })
        if schemes.count > 1 {
            cursor.fail(
                "endpoints of different schemes: \(schemes.sorted().joined(separator: ", "))",
                fix: "all endpoints show one and the same namespace: give them one scheme")
        }
        if endpoints.count > 1 { cursor.notYet("multi_endpoint with several endpoints", fix: "name one endpoint, or set target") }
        return endpoints.first
    }
}
