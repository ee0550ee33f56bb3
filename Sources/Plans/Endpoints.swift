/// Several addresses of one storage, over which an agent spreads its operations.
///
/// Every endpoint shows the same objects. What is spread has a URI below the first; the others' take its place operation by operation.
package struct Endpoints: Codable, Sendable, Hashable {
    package enum Strategy: String, Codable, Sendable, Hashable {
        /// One after the other.
        case roundRobin = "round_robin"
        /// The one with the fewest operations under way.
        case leastConnections = "least_connections"
    }

    package var strategy: Strategy
    /// At least one, of one scheme, absolute and ending in `/`.
    package var uris: [String]

    /// What a name below the first is at each of them.
    package func places(of uri: String) -> [String] {
        guard let first = uris.first, uri.utf8.starts(with: first.utf8) else { return [uri] }
        return uris.map { $0 + uri.dropFirst(first.count) }
    }

    package init(strategy: Strategy = .roundRobin, uris: [String]) {
        self.strategy = strategy
        self.uris = uris
    }
}
